#include "server/engine/contributor_rows.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "disclosure/base/status_macros.h"
#include "server/duckdb/collect.h"
#include "server/engine/combinations.h"
#include "server/engine/result_rows.h"
#include "server/engine/share_work.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMost = size_t{1} << 22;
constexpr size_t kRowBytesMost = size_t{512} << 20;
constexpr size_t kSumBytesMost = size_t{256} << 20;
constexpr int64_t kRowsBetweenLooks = 1 << 16;
constexpr uint8_t kNoIdentifier = 255;  // a level of a row's contributor
constexpr int kBucketBits = 8;
constexpr size_t kBuckets = size_t{1} << kBucketBits;

// A row in scope: where it belongs, whose it is, and which of its values are missing.
struct Row {
  uint64_t unit = 0;  // the contributor's identifier at its level
  int32_t combination = 0;
  uint8_t level = 0;
  uint8_t missing = 0;  // a bit for each measure without a value
};
static_assert(kCollectLongsMost <= 8, "a bit for each measure");

bool SameContributor(const Row& a, const Row& b) { return a.unit == b.unit && a.level == b.level; }

uint64_t Hash(const Row& row) { return (row.unit + row.level) * 0x9e3779b97f4a7c15u; }

// The number that Shares() of SqlWriter gives a contributor.
absl::int128 NumberOf(uint64_t unit, uint8_t level, bool several_levels) {
  if (level != kNoIdentifier) return absl::int128{unit} + (absl::int128{level} << 65);
  return several_levels ? absl::int128{-1} - (absl::int128{1} << 65) : absl::int128{-1};
}

// Rows with all rows of their contributors, once the stores of all threads are one.
struct Bucket {
  std::vector<Row> rows;
  std::vector<int64_t> values;  // of each row, one for each measure
};

class RowStore : public RowSink {
 public:
  RowStore(const Combinations& numbering, size_t groups, size_t measures, RowLimit* limit)
      : numbering_(numbering), groups_(groups), measures_(measures), limit_(limit) {}

  void Take(const RowChunk& chunk) override {
    if (!limit_->Add(chunk.rows)) return;
    numbering_.Number(chunk, &numbers_);
    for (int i = 0; i < chunk.rows; ++i) {
      if (numbers_[i] < 0) continue;
      Row row{.combination = numbers_[i], .level = kNoIdentifier};
      if (chunk.identifier.Has(i)) {
        row.unit = chunk.identifier.values[i];
        row.level = static_cast<uint8_t>(chunk.ints[groups_].values[i]);
      }
      Bucket& bucket = buckets_[Hash(row) >> (64 - kBucketBits)];
      for (size_t m = 0; m < measures_; ++m) {
        const bool has = chunk.longs[m].Has(i);
        row.missing |= static_cast<uint8_t>(has ? 0 : 1 << m);
        bucket.values.push_back(has ? chunk.longs[m].values[i] : 0);
      }
      bucket.rows.push_back(row);
    }
  }

  void Merge(RowSink* other) override {
    auto& store = static_cast<RowStore&>(*other);
    more_.push_back(std::move(store.buckets_));
    for (Buckets& buckets : store.more_) more_.push_back(std::move(buckets));
  }

  // Each once, by one thread at a time.
  Bucket TakeBucket(size_t number) {
    Bucket bucket = std::move(buckets_[number]);
    for (Buckets& buckets : more_) {
      const Bucket part = std::move(buckets[number]);
      bucket.rows.insert(bucket.rows.end(), part.rows.begin(), part.rows.end());
      bucket.values.insert(bucket.values.end(), part.values.begin(), part.values.end());
    }
    return bucket;
  }

 private:
  using Buckets = std::vector<Bucket>;
  const Combinations& numbering_;
  const size_t groups_, measures_;
  RowLimit* const limit_;
  std::vector<int32_t> numbers_;  // of the chunk at hand
  Buckets buckets_ = Buckets(kBuckets);
  std::vector<Buckets> more_;  // of the other threads
};

// One measure of one cell, without its largest contributors.
struct MeasureSums {
  int64_t rows = 0, contributors = 0;
  absl::int128 total = 0, absolute_total = 0;
  size_t listed = 0;  // of the largest
};

struct LargestPart {
  int64_t size = 0;
  uint64_t unit = 0;
  uint8_t level = 0;
};

// The cells of one level set.
struct SetSums {
  SetSums(size_t cells, size_t measures_of_cell, size_t listed_most)
      : measures(measures_of_cell),
        most(listed_most),
        units(cells),
        sums(cells * measures),
        largest(cells * measures * most) {}

  static size_t BytesOfCell(size_t measures, size_t most) {
    return sizeof(Units) + measures * (sizeof(MeasureSums) + most * sizeof(LargestPart));
  }

  // Keeps the `most` largest of the cell's measure, descending.
  void Keep(size_t place, const LargestPart& part) {
    MeasureSums& of = sums[place];
    LargestPart* const first = largest.data() + place * most;
    if (most == 0 || (of.listed == most && part.size <= first[most - 1].size)) return;
    size_t at = of.listed < most ? of.listed++ : most - 1;
    for (; at > 0 && first[at - 1].size < part.size; --at) first[at] = first[at - 1];
    first[at] = part;
  }

  void Add(const SetSums& other) {
    for (size_t cell = 0; cell < units.size(); ++cell) {
      units[cell].rows += other.units[cell].rows;
      units[cell].contributors += other.units[cell].contributors;
    }
    for (size_t place = 0; place < sums.size(); ++place) {
      const MeasureSums& more = other.sums[place];
      sums[place].rows += more.rows;
      sums[place].contributors += more.contributors;
      sums[place].total += more.total;
      sums[place].absolute_total += more.absolute_total;
      for (size_t i = 0; i < more.listed; ++i) Keep(place, other.largest[place * most + i]);
    }
  }

  struct Units {
    int64_t rows = 0, contributors = 0;
  };
  size_t measures, most;
  std::vector<Units> units;          // by cell
  std::vector<MeasureSums> sums;     // by cell and measure
  std::vector<LargestPart> largest;  // by cell, measure and place
};

// The sums of the contributors whose rows one thread has.
class Adder {
 public:
  Adder(const AggregationPlan& plan, const std::vector<LevelCells>& cells, size_t most)
      : plan_(plan), cells_(cells), measures_(plan.measures.size()) {
    size_t cells_most = 0;
    for (const LevelCells& of : cells) {
      sets_.emplace_back(of.count, measures_, most);
      cells_most = std::max(cells_most, of.count);
    }
    part_of_cell_.assign(cells_most, -1);
  }

  // Where `cancelled` is set, only a part is added.
  absl::Status Add(const Bucket& bucket, const std::atomic<bool>* cancelled) {
    Chain(bucket.rows);
    for (const int32_t first : firsts_) {
      for (size_t set = 0; set < sets_.size(); ++set) {
        if (looked_ >= kRowsBetweenLooks) {
          if (cancelled != nullptr && cancelled->load()) return absl::CancelledError("cancelled");
          looked_ = 0;
        }
        if (!AddContributor(bucket, first, set))
          return absl::OutOfRangeError("a sum has more than 64 bits");
      }
    }
    return absl::OkStatus();
  }

  std::vector<SetSums>& sets() { return sets_; }

 private:
  // What a contributor gives to one cell.
  struct Part {
    int32_t cell = 0;
    int64_t rows = 0;
  };

  // The rows of each contributor as a list.
  void Chain(const std::vector<Row>& rows) {
    int bits = 4;
    while (size_t{1} << bits < 2 * rows.size()) ++bits;
    heads_.assign(size_t{1} << bits, -1);
    next_.assign(rows.size(), -1);
    firsts_.clear();
    for (size_t r = 0; r < rows.size(); ++r) {
      size_t slot = Hash(rows[r]) << kBucketBits >> (64 - bits);
      while (heads_[slot] >= 0 && !SameContributor(rows[heads_[slot]], rows[r]))
        slot = (slot + 1) & (heads_.size() - 1);
      const auto row = static_cast<int32_t>(r);
      if (heads_[slot] < 0) {
        heads_[slot] = row;
        firsts_.push_back(row);
      } else {
        next_[r] = next_[heads_[slot]];
        next_[heads_[slot]] = row;
      }
    }
  }

  // False when a sum has more than 64 bits.
  bool AddContributor(const Bucket& bucket, int32_t first, size_t set) {
    parts_.clear();
    counts_.clear();
    values_.clear();
    bool overflow = false;
    for (int32_t r = first; r >= 0; r = next_[r]) {
      ++looked_;
      const int32_t cell = cells_[set].of_combination[bucket.rows[r].combination];
      if (cell < 0) continue;
      int32_t& part = part_of_cell_[cell];
      if (part < 0) {
        part = static_cast<int32_t>(parts_.size());
        parts_.push_back({.cell = cell, .rows = 0});
        counts_.resize(counts_.size() + measures_, 0);
        values_.resize(values_.size() + measures_, 0);
      }
      ++parts_[part].rows;
      for (size_t m = 0; m < measures_; ++m) {
        if ((bucket.rows[r].missing >> m & 1) != 0) continue;
        ++counts_[part * measures_ + m];
        int64_t& sum = values_[part * measures_ + m];
        overflow |= __builtin_add_overflow(sum, bucket.values[r * measures_ + m], &sum);
      }
    }
    SetSums& sums = sets_[set];
    for (size_t p = 0; p < parts_.size(); ++p) {
      const int32_t cell = parts_[p].cell;
      part_of_cell_[cell] = -1;
      sums.units[cell].rows += parts_[p].rows;
      ++sums.units[cell].contributors;
      for (size_t m = 0; m < measures_; ++m) {
        overflow |= !AddMeasure(bucket.rows[first], m, counts_[p * measures_ + m],
                                values_[p * measures_ + m], cell * measures_ + m, &sums);
      }
    }
    return !overflow;
  }

  bool AddMeasure(const Row& who, size_t measure, int64_t rows, int64_t sum, size_t place,
                  SetSums* sums) const {
    MeasureSums& of = sums->sums[place];
    of.rows += rows;
    if (sum == 0) return true;  // it gives nothing, and is no contributor
    int64_t size = sum;
    const bool overflow = plan_.measures[measure].any_sign && sum < 0 &&
                          __builtin_sub_overflow(int64_t{0}, sum, &size);
    ++of.contributors;
    of.total += sum;
    of.absolute_total += size;
    sums->Keep(place, {.size = size, .unit = who.unit, .level = who.level});
    return !overflow;
  }

  const AggregationPlan& plan_;
  const std::vector<LevelCells>& cells_;  // by level set
  const size_t measures_;
  std::vector<SetSums> sets_;
  int64_t looked_ = 0;  // rows since a cancel was looked for
  // Of the bucket at hand: a hash table of first rows, all of them, and after each row one more of
  // its contributor.
  std::vector<int32_t> heads_, firsts_, next_;
  // Of the contributor at hand.
  std::vector<Part> parts_;
  std::vector<int64_t> counts_, values_;  // by part and measure
  std::vector<int32_t> part_of_cell_;     // -1: none
};

// Hands the cells of a level set to the filler, in the columns of SqlWriter::PerClass() and
// Shares(). One more is listed than the plan wants; the filler leaves out whoever gave no more than
// that one.
void Hand(const SetSums& of, const LevelCells& cells, const std::vector<int>& axes, int set,
          bool several_levels, TableFiller* filler) {
  MadeRows statistics;
  std::vector<MadeRows> shares(of.measures);
  std::vector<int64_t> sizes;
  for (size_t cell = 0; cell < cells.count; ++cell) {
    if (of.units[cell].rows == 0) continue;
    const std::vector<int> categories = cells.CategoriesOf(cell);
    for (const int category : categories) statistics.AddNumber(category);
    statistics.AddNumber(of.units[cell].rows);
    statistics.AddNumber(of.units[cell].contributors);
    for (size_t m = 0; m < of.measures; ++m) {
      const size_t place = cell * of.measures + m;
      const MeasureSums& sums = of.sums[place];
      statistics.AddNumber(sums.rows);
      statistics.AddNumber(sums.contributors);
      statistics.AddNumber(sums.total);
      statistics.AddNumber(sums.absolute_total);
      if (of.most == 0) continue;
      sizes.clear();
      for (size_t i = 0; i < sums.listed; ++i) {
        const LargestPart& part = of.largest[place * of.most + i];
        sizes.push_back(part.size);
        for (const int category : categories) shares[m].AddNumber(category);
        shares[m].AddNumber(NumberOf(part.unit, part.level, several_levels));
        shares[m].AddNumber(part.size);
        shares[m].EndRow();
      }
      statistics.AddList(sizes);
    }
    statistics.EndRow();
  }
  filler->Add(statistics, axes, set, set + 1, true, -1);
  for (size_t m = 0; m < of.measures && of.most > 0; ++m)
    filler->AddShares(shares[m], axes, set, set + 1, true, static_cast<int>(m));
}

}  // namespace

absl::StatusOr<bool> FillFromContributorRows(const AggregationPlan& plan,
                                             const std::vector<AxisClasses>& classes,
                                             const SqlWriter& sql, DuckConnection& connection,
                                             int threads, const std::atomic<bool>* cancelled,
                                             TableFiller* filler) {
  const size_t measures = plan.measures.size();
  const auto query = sql.ContributorRows(0, measures);
  if (!query || plan.contributor.size() >= kNoIdentifier) return false;
  static std::mutex alone;
  const std::unique_lock<std::mutex> place(alone, std::try_to_lock);
  if (!place.owns_lock()) return false;
  const std::vector<int>& axes = sql.grouped_axes();
  const auto combinations = Combinations::Of(plan, classes, axes, kCombinationsMost);
  if (!combinations) return false;
  // One more than the plan wants.
  const size_t most = plan.largest > 0 ? static_cast<size_t>(plan.largest) + 1 : 0;
  std::vector<LevelCells> cells;
  size_t bytes = 0, all_cells = 0;
  for (size_t set = 0; set < plan.level_sets.size(); ++set) {
    bytes += combinations->size() * sizeof(int32_t);
    if (bytes > kSumBytesMost) return false;
    cells.push_back(combinations->CellsAt(plan, classes, axes, static_cast<int>(set)));
    all_cells += cells.back().count;
  }
  const size_t of_thread = all_cells * SetSums::BytesOfCell(measures, most);
  if (bytes + of_thread > kSumBytesMost) return false;
  RowLimit limit(kRowBytesMost / (2 * (sizeof(Row) + measures * sizeof(int64_t))));
  KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, *query, [&] {
                           return std::make_unique<RowStore>(*combinations, axes.size(), measures,
                                                             &limit);
                         }));
  if (limit.passed()) return false;
  std::vector<Adder> adders;
  do {
    adders.emplace_back(plan, cells, most);
    bytes += of_thread;
  } while (static_cast<int>(adders.size()) < threads && bytes + of_thread <= kSumBytesMost);
  auto& store = static_cast<RowStore&>(*sink);
  KLUIS_RETURN_IF_ERROR(
      ShareWork(static_cast<int>(adders.size()), kBuckets, [&](int worker, size_t bucket) {
        return adders[worker].Add(store.TakeBucket(bucket), cancelled);
      }));
  for (size_t set = 0; set < cells.size(); ++set) {
    SetSums& all = adders[0].sets()[set];
    for (size_t a = 1; a < adders.size(); ++a) all.Add(adders[a].sets()[set]);
    Hand(all, cells[set], axes, static_cast<int>(set), plan.contributor.size() > 1, filler);
  }
  return true;
}

}  // namespace kluis
