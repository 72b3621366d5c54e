#include "bench/tables.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr size_t kLargest = 3;

// Each record is a contributor of its own.
void AddValue(int64_t record, int64_t value, Contributions* cell) {
  ++cell->rows;
  cell->weight += 1;
  cell->total += value;
  cell->absolute_total += std::abs(value);
  if (value == 0) return;
  ++cell->contributors;
  auto& largest = cell->largest;
  const absl::int128 size = std::abs(value);
  largest.insert(std::upper_bound(largest.begin(), largest.end(), size, std::greater<>()), size);
  if (largest.size() > kLargest) largest.pop_back();
  auto& shares = cell->shares;
  const auto smaller = [](const Share& a, const Share& b) { return a.amount > b.amount; };
  const Share share = {record, size};
  shares.insert(std::upper_bound(shares.begin(), shares.end(), share, smaller), share);
  if (shares.size() > kLargest + 1) shares.pop_back();
}

// Adds a record to each cell that holds it.
class Tabulation {
 public:
  Tabulation(const std::vector<Axis>& axes, bool with_measure,
             const std::vector<std::set<size_t>>& linked)
      : linked_(linked) {
    table_.axes = axes;
    int64_t cells = 1;
    for (const Axis& axis : axes) {
      steps_.push_back(cells);
      cells *= static_cast<int64_t>(axis.categories.size());
    }
    for (int64_t place = 0; place < cells; ++place) AddCell(place);
    table_.units.resize(table_.keys.size());
    if (with_measure) {
      table_.measures.push_back({.name = "value", .decimals = 0, .any_sign = false, .cells = {}});
      table_.measures[0].cells.resize(table_.keys.size());
    }
  }

  void Add(const BenchRecord& record) {
    AddFrom(0, record, 0);
    ++records_;
  }

  AggregateTable Finish() {
    for (MeasureColumn& measure : table_.measures) {
      for (Contributions& cell : measure.cells) KeepLargest(kLargest, &cell);
    }
    ReleaseShape& shape = table_.shape;
    for (const Axis& axis : table_.axes)
      shape.dimensions.push_back({.name = axis.name, .label_nl = ""});
    if (table_.measures.empty()) {
      shape.statistics = {
          {.name = "n", .kind = StatisticKind::kCount, .variable = -1, .decimals = 0}};
    } else {
      shape.statistics = {{.name = "v", .kind = StatisticKind::kSum, .variable = 0, .decimals = 0}};
    }
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      if (table_.uses[i] != CellUse::kDisplayed) continue;
      ReleaseRow row{.codes = std::vector<std::string>(table_.axes.size()),
                     .cell = static_cast<int>(i)};
      for (size_t a = 0; a < table_.axes.size(); ++a) {
        row.codes[a] = table_.axes[a].categories[table_.keys[i][a]].code;
      }
      shape.rows.push_back(std::move(row));
    }
    return std::move(table_);
  }

 private:
  void AddFrom(size_t axis, const BenchRecord& record, int64_t place) {
    if (axis == table_.axes.size()) {
      const int cell = cell_at_[place];
      if (cell < 0) return;
      ++table_.units[cell].rows;
      ++table_.units[cell].contributors;
      table_.units[cell].weight += 1;
      if (table_.measures.empty()) return;
      AddValue(records_, record.value, &table_.measures[0].cells[cell]);
      return;
    }
    for (int c = record.leaves[axis]; c >= 0; c = table_.axes[axis].categories[c].parent) {
      AddFrom(axis + 1, record, place + c * steps_[axis]);
    }
  }

  void AddCell(int64_t place) {
    CellKey key;
    bool displayed = true;
    for (const Axis& axis : table_.axes) {
      const auto size = static_cast<int64_t>(axis.categories.size());
      key.push_back(static_cast<int>(place % size));
      place /= size;
      const bool in_or_out = axis.name == "in_or_out";
      if (in_or_out && key.back() != 1) displayed = false;
    }
    if (!Asked(key)) {
      cell_at_.push_back(-1);
      return;
    }
    cell_at_.push_back(static_cast<int>(table_.keys.size()));
    table_.keys.push_back(std::move(key));
    table_.uses.push_back(displayed ? CellUse::kDisplayed : CellUse::kHidden);
  }

  bool Asked(const CellKey& key) const {
    return linked_.empty() ||
           std::any_of(linked_.begin(), linked_.end(), [&](const std::set<size_t>& axes) {
             for (size_t a = 0; a < key.size(); ++a) {
               if (key[a] != 0 && !axes.contains(a)) return false;
             }
             return true;
           });
  }

  const std::vector<std::set<size_t>>& linked_;
  AggregateTable table_;
  std::vector<int> cell_at_;  // of each combination, -1: not asked
  std::vector<int64_t> steps_;
  int64_t records_ = 0;
};

std::vector<std::vector<std::string>> ReadGzipCsv(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    std::exit(1);
  }
  std::vector<std::vector<std::string>> rows;
  char line[4096];
  while (gzgets(file, line, sizeof line) != nullptr) {
    std::string text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
    rows.push_back(absl::StrSplit(text, ','));
  }
  gzclose(file);
  return rows;
}

class AxisMaker {
 public:
  AxisMaker(const std::string& name, VariableKind kind) {
    axis_.name = name;
    axis_.kind = kind;
    axis_.categories.push_back({.code = kTotalCode});
  }
  int Add(const std::string& code, int parent) {
    const auto [found, added] = index_.insert({code, static_cast<int>(axis_.categories.size())});
    if (added) {
      axis_.categories.push_back(
          {.code = code, .parent = parent, .level = axis_.categories[parent].level + 1});
    }
    return found->second;
  }
  Axis Take() { return std::move(axis_); }

 private:
  Axis axis_;
  std::map<std::string, int> index_;
};

const std::map<std::string, std::string> kTauRegion = {
    {"1", "Nr"}, {"2", "Nr"}, {"3", "Nr"}, {"4", "Os"},  {"5", "Os"},  {"6", "Os"},
    {"7", "Os"}, {"8", "Ws"}, {"9", "Ws"}, {"10", "Ws"}, {"11", "Zd"}, {"12", "Zd"}};

}  // namespace

AggregateTable Tabulate(const std::vector<Axis>& axes, const std::vector<BenchRecord>& records,
                        bool with_measure, const std::vector<std::set<size_t>>& linked) {
  Tabulation tabulation(axes, with_measure, linked);
  for (const BenchRecord& record : records) tabulation.Add(record);
  return tabulation.Finish();
}

Axis RegularAxis(const std::string& name, VariableKind kind, const std::vector<int>& children) {
  Axis axis{.name = name, .kind = kind, .categories = {{.code = kTotalCode}}};
  std::vector<int> level = {0};
  for (const int count : children) {
    std::vector<int> next;
    for (const int parent : level) {
      for (int i = 0; i < count; ++i) {
        next.push_back(static_cast<int>(axis.categories.size()));
        axis.categories.push_back({.code = name + std::to_string(axis.categories.size()),
                                   .parent = parent,
                                   .level = axis.categories[parent].level + 1});
      }
    }
    level = std::move(next);
  }
  return axis;
}

std::vector<int> LeavesOf(const Axis& axis) {
  std::vector<bool> parent(axis.categories.size(), false);
  for (size_t i = 1; i < axis.categories.size(); ++i) parent[axis.categories[i].parent] = true;
  std::vector<int> leaves;
  for (size_t i = 0; i < parent.size(); ++i) {
    if (!parent[i]) leaves.push_back(static_cast<int>(i));
  }
  return leaves;
}

BenchData TauTestW(const std::string& folder, const std::string& dimension, int value_column) {
  const auto rows = ReadGzipCsv(folder + "/micro_tau_testW.csv.gz");
  AxisMaker first(dimension, VariableKind::kIdentifying),
      region("Region", VariableKind::kIdentifying);
  BenchData data;
  for (size_t r = 1; r < rows.size(); ++r) {
    BenchRecord record;
    if (dimension == "Size") {
      record.leaves.push_back(first.Add(rows[r][2], 0));
    } else {
      const std::string& code = rows[r][1];
      const int group = first.Add(code.substr(0, 3), 0);
      record.leaves.push_back(first.Add(code, first.Add(code.substr(0, 4) + " ", group)));
    }
    record.leaves.push_back(region.Add(rows[r][3], region.Add(kTauRegion.at(rows[r][3]), 0)));
    double value = 0;
    KLUIS_CHECK(absl::SimpleAtod(rows[r][value_column], &value));
    record.value = static_cast<int64_t>(std::llround(value * 100));
    data.records.push_back(std::move(record));
  }
  data.axes = {first.Take(), region.Take()};
  return data;
}

BenchData InseeEnterprises(const std::string& folder) {
  constexpr int kTurnover = 10;
  const std::vector<std::pair<std::string, std::vector<int>>> columns = {
      {"activity", {0, 1, 2}}, {"size", {4}}, {"form", {5}}, {"nuts", {6, 7, 8}}};
  std::vector<AxisMaker> axes;
  for (const auto& axis : columns) axes.emplace_back(axis.first, VariableKind::kIdentifying);
  const auto rows = ReadGzipCsv(folder + "/micro_insee_enterprises.csv.gz");
  BenchData data;
  for (size_t r = 1; r < rows.size(); ++r) {
    BenchRecord record;
    for (size_t a = 0; a < axes.size(); ++a) {
      int category = 0;
      std::string before;
      for (const int column : columns[a].second) {
        // A code that a finer level repeats is another category there.
        const std::string& code = rows[r][column];
        category = axes[a].Add(code == before ? code + " " : code, category);
        before = code;
      }
      record.leaves.push_back(category);
    }
    double value = 0;
    KLUIS_CHECK(absl::SimpleAtod(rows[r][kTurnover], &value));
    record.value = static_cast<int64_t>(std::llround(value * 1000));
    data.records.push_back(std::move(record));
  }
  for (AxisMaker& axis : axes) data.axes.push_back(axis.Take());
  return data;
}

BenchData RandomData(const std::vector<Axis>& axes, int records, uint64_t seed) {
  std::mt19937_64 random(seed);
  BenchData data{.axes = axes, .records = {}};
  const auto uniform = [&] { return static_cast<double>(random() >> 11) / 9007199254740992.0; };
  std::vector<std::vector<int>> leaves;
  for (const Axis& axis : axes) leaves.push_back(LeavesOf(axis));
  for (int i = 0; i < records; ++i) {
    BenchRecord record;
    for (const auto& of_axis : leaves) {
      const double skewed = std::pow(uniform(), 1.6);
      record.leaves.push_back(
          of_axis[static_cast<size_t>(skewed * static_cast<double>(of_axis.size()))]);
    }
    const double normal =
        std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform());
    const double tail = uniform() < 0.02 ? std::pow(1 - uniform(), -1 / 1.2) : 1;
    record.value = static_cast<int64_t>(std::exp(4 + 1.3 * normal) * tail) + 1;
    data.records.push_back(std::move(record));
  }
  return data;
}

RuleSet ScaleRules(bool sums) {
  RuleSet rules;
  rules.name = "scale";
  rules.frequency.minimum = sums ? 3 : 10;
  rules.frequency.protect_zeros = false;
  rules.frequency.threshold = true;
  if (sums) rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
  return rules;
}

}  // namespace kluis
