#include "disclosure/rules/contributions.h"

#include <algorithm>
#include <tuple>

namespace kluis {
namespace {

absl::int128 Size(absl::int128 value) { return value < 0 ? -value : value; }

void Add(const ContributionRecord& record, bool first, Contribution* sum) {
  if (first) {
    sum->contributor = record.contributor;
    sum->weight = record.weight;
    sum->waiver = record.waiver;
  }
  sum->value += record.value;
  sum->weighted += absl::int128{record.value} * record.weight;
  if (sum->weight != record.weight) sum->weight = kWeightsDiffer;
  if (sum->request == 0 || (record.request != 0 && record.request < sum->request)) {
    sum->request = record.request;
  }
  sum->waiver = sum->waiver && record.waiver;
}

// Equal sizes are told apart, so that the order does not depend on the records'.
bool IsLarger(const Contribution& a, const Contribution& b) {
  const auto key = [](const Contribution& c) {
    return std::make_tuple(-Size(c.value), -Size(c.weighted), c.waiver, c.request == 0, c.request,
                           c.value, c.weight, c.contributor);
  };
  return key(a) < key(b);
}

}  // namespace

int64_t CellContributions::ContributorsWithValue() const {
  return std::count_if(sorted.begin(), sorted.end(),
                       [](const Contribution& c) { return c.value != 0; });
}

absl::int128 CellContributions::Total() const {
  absl::int128 total = 0;
  for (const Contribution& contribution : sorted) total += contribution.weighted;
  return total;
}

absl::int128 CellContributions::AbsoluteTotal() const {
  absl::int128 total = 0;
  for (const Contribution& contribution : sorted) total += Size(contribution.weighted);
  return total;
}

CellContributions AddPerContributor(std::vector<ContributionRecord> records, int weight_decimals) {
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.contributor < b.contributor; });
  CellContributions cell{
      .weight_decimals = weight_decimals, .records = 0, .weight = 0, .sorted = {}};
  for (size_t i = 0; i < records.size(); ++i) {
    const bool first = i == 0 || records[i - 1].contributor != records[i].contributor;
    if (first) cell.sorted.emplace_back();
    Add(records[i], first, &cell.sorted.back());
    ++cell.records;
    cell.weight += records[i].weight;
  }
  std::sort(cell.sorted.begin(), cell.sorted.end(), IsLarger);
  return cell;
}

}  // namespace kluis
