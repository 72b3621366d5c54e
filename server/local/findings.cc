#include "server/local/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/local/console.h"

namespace kluis {
namespace {

// One variable of the table, as its pattern was found: whole units, and what a unit is.
struct Variable {
  std::string name;  // in the reviews
  int decimals = 0;
  bool count = false;
  bool measure = false;
  bool any_sign = false;
  std::vector<bool> additive;  // per axis; empty: all
  std::vector<absl::int128> values;
  std::vector<int64_t> contributors;
  std::vector<absl::int128> largest;  // of a measure: the largest contribution to each cell, or 0
};

Variable VariableOf(const AggregateTable& table, const StatisticColumn& column) {
  Variable variable;
  switch (column.kind) {
    case StatisticKind::kCount:
      variable.name = table.weighted ? "weighted" : "units";
      variable.count = !table.weighted;
      variable.decimals = table.weight_decimals;
      for (const UnitCount& unit : table.units) {
        variable.values.push_back(table.weighted ? unit.weight : absl::int128{unit.rows});
        variable.contributors.push_back(unit.contributors);
      }
      return variable;
    case StatisticKind::kCountDistinct: {
      const DistinctColumn& distinct = table.distincts[column.variable];
      variable.name = absl::StrCat("distinct:", distinct.name);
      variable.count = true;
      variable.additive = distinct.additive;
      variable.values.assign(distinct.cells.begin(), distinct.cells.end());
      variable.contributors = distinct.cells;
      return variable;
    }
    case StatisticKind::kSum:
    case StatisticKind::kAverage: {
      const MeasureColumn& measure = table.measures[column.variable];
      variable.name = measure.name;
      variable.measure = true;
      variable.any_sign = measure.any_sign;
      variable.decimals = measure.decimals + table.weight_decimals;
      for (const Contributions& cell : measure.cells) {
        variable.values.push_back(cell.total);
        variable.contributors.push_back(cell.contributors);
        variable.largest.push_back(cell.largest.empty() ? absl::int128{0} : cell.largest[0]);
      }
      return variable;
    }
  }
  return variable;
}

// Every mixed (or only every confidential) axis at its total.
bool AtTotals(const AggregateTable& table, const CellKey& key, bool mixed_too) {
  for (size_t a = 0; a < key.size(); ++a) {
    const VariableKind kind = table.axes[a].kind;
    const bool asked =
        kind == VariableKind::kConfidential || (mixed_too && kind == VariableKind::kMixed);
    if (asked && key[a] != 0) return false;
  }
  return true;
}

CellKey WithTotals(const AggregateTable& table, CellKey key, bool mixed_too) {
  for (size_t a = 0; a < key.size(); ++a) {
    const VariableKind kind = table.axes[a].kind;
    if (kind == VariableKind::kConfidential || (mixed_too && kind == VariableKind::kMixed))
      key[a] = 0;
  }
  return key;
}

// What attackers of a table know beforehand of a variable, and what it shows them.
class VariableAudit {
 public:
  VariableAudit(const AggregateTable& table, const Variable& variable, const RuleSet& rules,
                const std::vector<bool>& shown, const std::vector<const CellReview*>& reviews)
      : table_(table), variable_(variable), rules_(rules), shown_(shown), reviews_(reviews) {
    for (const Axis& axis : table.axes) {
      mixed_ |= axis.kind == VariableKind::kMixed;
      confidential_ |= axis.kind == VariableKind::kConfidential;
    }
    for (size_t i = 0; i < table.keys.size(); ++i) index_[table.keys[i]] = static_cast<int>(i);
  }

  // What insiders find is added to `findings`.
  absl::StatusOr<AuditResult> Run(const AuditOptions& options, Findings* findings) {
    std::vector<Reading> readings = {Reading::kStruck};
    if (SupportsKnown()) readings.push_back(Reading::kSupports);
    if (SupportsKnown() && mixed_ && confidential_) readings.push_back(Reading::kKept);
    AuditResult merged;
    for (const absl::int128 value : variable_.values)
      merged.intervals.push_back({ToDouble(value), ToDouble(value)});
    std::vector<bool> judged(variable_.values.size(), false);
    std::set<int> exposed;
    for (const Reading reading : readings) {
      const Audited audited = Make(reading);
      KLUIS_ASSIGN_OR_RETURN(const AuditResult result, RunReading(audited, options, findings));
      for (size_t i = 0; i < audited.cells.size(); ++i) {
        if (audited.table.cells[i].shown) continue;
        const int cell = audited.cells[i];
        AuditInterval& interval = merged.intervals[cell];
        interval = judged[cell] ? Both(interval, result.intervals[i]) : result.intervals[i];
        judged[cell] = true;
      }
      for (const int i : result.exposed) exposed.insert(audited.cells[i]);
      merged.programs += result.programs;
    }
    merged.exposed.assign(exposed.begin(), exposed.end());
    return merged;
  }

 private:
  // Who the attackers are. Where supports are known, the others take them as constants, and nobody
  // has to protect a constant; what is known to nobody beforehand is judged among itself.
  enum class Reading {
    kStruck,    // mixed variables are as secret as confidential ones
    kKept,      // they are known
    kSupports,  // nothing is known, and nothing but supports is shown
  };

  // A table, and which cells of ours it holds.
  struct Audited {
    AuditTable table;
    std::vector<int> cells;
    Reading reading = Reading::kStruck;
  };

  static AuditInterval Both(const AuditInterval& a, const AuditInterval& b) {
    return {std::max(a.low, b.low), std::min(a.high, b.high)};
  }

  // Counts of identifying supports are constants that everyone knows; sums of them are not.
  bool SupportsKnown() const { return variable_.count && (mixed_ || confidential_); }

  bool Known(size_t cell, Reading reading) const {
    if (table_.uses[cell] == CellUse::kImpossible) return true;
    return SupportsKnown() && reading != Reading::kSupports &&
           AtTotals(table_, table_.keys[cell], reading == Reading::kStruck);
  }

  bool ZeroIsPublic(size_t cell) const {
    const CellKey& key = table_.keys[cell];
    for (size_t a = 0; a < key.size(); ++a) {
      const bool secret = table_.axes[a].kind != VariableKind::kIdentifying && key[a] != 0;
      if (secret && !table_.axes[a].categories[key[a]].zero_public) return false;
    }
    return true;
  }

  // Where zeros are shown, what is not shown is none.
  double Floor(size_t cell) const {
    if (!variable_.count) return variable_.any_sign ? -kInfinity : 0;
    const CellReview* review = reviews_[cell];
    const bool blank = review != nullptr && review->rule == "row";
    if (variable_.values[cell] == 0 || blank || table_.uses[cell] != CellUse::kDisplayed) return 0;
    const bool ordinary = !mixed_ && !confidential_;
    const bool zeros_shown = ordinary || AtTotals(table_, table_.keys[cell], true) ||
                             !rules_.frequency.protect_zeros || ZeroIsPublic(cell);
    return zeros_shown ? 1 : 0;
  }

  double Ceiling(size_t cell, Reading reading) const {
    if (!SupportsKnown() || reading == Reading::kSupports) return kInfinity;
    const CellKey support = WithTotals(table_, table_.keys[cell], reading == Reading::kStruck);
    const auto found = index_.find(support);
    return found == index_.end() ? kInfinity : ToDouble(variable_.values[found->second]);
  }

  void SetDemand(size_t cell, AuditCell* out) const {
    const CellReview* review = reviews_[cell];
    if (review == nullptr || review->rule.empty() || out->shown) return;
    if (out->known.low == out->known.high) return;  // nobody is in its support, as these know
    const double scale = std::pow(10.0, variable_.decimals);
    out->required = {review->required_low * scale, review->required_high * scale};
    const bool exact = variable_.count && !rules_.frequency.threshold && review->rule != "group";
    out->demand = exact ? AuditDemand::kNotExact : AuditDemand::kInterval;
  }

  Audited Make(Reading reading) const {
    Audited out{.table = {.axes = table_.axes,
                          .cells = {},
                          .additive = variable_.additive,
                          .integral = variable_.count,
                          .unlisted = {variable_.any_sign ? -kInfinity : 0, kInfinity}},
                .cells = {},
                .reading = reading};
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      if (reading == Reading::kSupports && !AtTotals(table_, table_.keys[i], true)) continue;
      AuditCell cell{.key = table_.keys[i],
                     .shown = shown_[i] || Known(i, reading),
                     .value = variable_.values[i],
                     .known = {Floor(i), Ceiling(i, reading)},
                     .required = {}};
      SetDemand(i, &cell);
      out.table.cells.push_back(std::move(cell));
      out.cells.push_back(static_cast<int>(i));
    }
    return out;
  }

  absl::StatusOr<AuditResult> RunReading(const Audited& audited, const AuditOptions& options,
                                         Findings* findings) const {
    KLUIS_ASSIGN_OR_RETURN(AuditResult result, AuditCells(audited.table, options));
    KLUIS_RETURN_IF_ERROR(Forgive(audited, options, &result));
    if (variable_.count) return result;
    StageClock clock;
    const std::vector<Insider> insiders = SoleContributors(audited.table);
    KLUIS_ASSIGN_OR_RETURN(const auto pairs,
                           AuditInsiders(audited.table, insiders, result, options));
    for (const auto& [insider, victim] : pairs) {
      if (!IsLargestIn(audited, insiders[insider], victim)) ++findings->insider_violations;
    }
    findings->insider_seconds += clock.Lap();
    return result;
  }

  // No pattern can keep a demand against what everyone knows when nothing but that and the zeros is
  // shown; what is left of it then must be kept, and the cell must not become exact.
  absl::Status Forgive(const Audited& audited, const AuditOptions& options,
                       AuditResult* result) const {
    if (!variable_.count || result->exposed.empty()) return absl::OkStatus();
    AuditTable open = audited.table;
    for (size_t i = 0; i < open.cells.size(); ++i) {
      const int cell = audited.cells[i];
      const bool zero = shown_[cell] && variable_.values[cell] == 0;
      open.cells[i].shown = Known(cell, audited.reading) || zero;
      open.cells[i].demand = AuditDemand::kNothing;
    }
    for (const int i : result->exposed) open.cells[i].demand = AuditDemand::kNotExact;
    AuditOptions some = options;
    some.scope = AuditScope::kDemanded;
    KLUIS_ASSIGN_OR_RETURN(const AuditResult best, AuditCells(open, some));
    std::vector<int> exposed;
    for (const int i : result->exposed) {
      AuditCell cell = audited.table.cells[i];
      cell.required = Both(cell.required, best.intervals[i]);
      const AuditInterval& now = result->intervals[i];
      const bool exact = now.high - now.low < 0.5;
      if (exact || !KeepsDemand(cell, now, true, 0)) exposed.push_back(i);
    }
    result->exposed = std::move(exposed);
    return absl::OkStatus();
  }

  // A cell is secret for the sake of its largest contributor, who may know as much as it can.
  bool IsLargestIn(const Audited& audited, const Insider& insider, int victim) const {
    if (variable_.largest.empty()) return false;
    const int cell = audited.cells[victim];
    return std::any_of(insider.knows.begin(), insider.knows.end(), [&](int known) {
      const int own = audited.cells[known];
      return variable_.largest[own] == variable_.largest[cell] && IsWithin(own, cell);
    });
  }

  bool IsWithin(int part, int whole) const {
    for (size_t a = 0; a < table_.axes.size(); ++a) {
      int category = table_.keys[part][a];
      const int wanted = table_.keys[whole][a];
      while (category > wanted) category = table_.axes[a].categories[category].parent;
      if (category != wanted) return false;
    }
    return true;
  }

  // A cell with one contributor, and the cells above and below it that have no other.
  std::vector<Insider> SoleContributors(const AuditTable& audited) const {
    std::vector<Insider> insiders;
    absl::flat_hash_map<int, size_t> place;  // finest cell of a chain -> insider
    for (size_t i = 0; i < audited.cells.size(); ++i) {
      if (audited.cells[i].shown || variable_.contributors[i] != 1) continue;
      const auto [found, added] = place.insert({Finest(static_cast<int>(i)), insiders.size()});
      if (added) insiders.emplace_back();
      insiders[found->second].knows.push_back(static_cast<int>(i));
    }
    return insiders;
  }

  // Down to the last cell that holds the same only contributor.
  int Finest(int cell) const {
    for (bool moved = true; moved;) {
      moved = false;
      CellKey key = table_.keys[cell];
      for (size_t a = 0; a < key.size() && !moved; ++a) {
        const int here = key[a];
        const auto& categories = table_.axes[a].categories;
        for (size_t c = here + 1; c < categories.size() && !moved; ++c) {
          if (categories[c].parent != here) continue;
          key[a] = static_cast<int>(c);
          const auto found = index_.find(key);
          if (found == index_.end() || variable_.contributors[found->second] != 1) continue;
          cell = found->second;
          moved = true;
        }
        if (!moved) key[a] = here;
      }
    }
    return cell;
  }

  const AggregateTable& table_;
  const Variable& variable_;
  const RuleSet& rules_;
  const std::vector<bool>& shown_;
  const std::vector<const CellReview*>& reviews_;
  bool mixed_ = false, confidential_ = false;
  absl::flat_hash_map<CellKey, int> index_;
};

class Examiner {
 public:
  Examiner(const AggregateTable& table, const ProtectedTable& protected_table, const RuleSet& rules,
           AuditDepth depth, const AuditOptions& options)
      : table_(table),
        protected_(protected_table),
        rules_(rules),
        depth_(depth),
        options_(options) {
    options_.scope = depth == AuditDepth::kAll         ? AuditScope::kAll
                     : depth == AuditDepth::kPrimaries ? AuditScope::kDemanded
                                                       : AuditScope::kJudgement;
    const auto& rows = protected_table.shape().rows;
    for (size_t r = 0; r < rows.size(); ++r) row_of_cell_[rows[r].cell] = static_cast<int>(r);
    for (const CellReview& review : protected_table.review()) {
      auto& reviews = reviews_[review.variable];
      reviews.resize(table.keys.size(), nullptr);
      reviews[review.cell] = &review;
    }
  }

  absl::StatusOr<Findings> Run() {
    const auto& statistics = table_.shape.statistics;
    for (size_t s = 0; s < statistics.size(); ++s) {
      const Variable variable = VariableOf(table_, statistics[s]);
      KLUIS_RETURN_IF_ERROR(AddStatistic(static_cast<int>(s), variable));
    }
    return std::move(findings_);
  }

 private:
  ValueStatus StatusOf(int cell, int statistic) const {
    const auto row = row_of_cell_.find(cell);
    if (row == row_of_cell_.end()) return ValueStatus::kSuppressed;
    return protected_.values()[row->second][statistic].status;
  }

  absl::Status AddStatistic(int statistic, const Variable& variable) {
    std::vector<const CellReview*>& reviews = reviews_[variable.name];
    reviews.resize(table_.keys.size(), nullptr);
    if (depth_ != AuditDepth::kNone && audits_.count(variable.name) == 0) {
      KLUIS_RETURN_IF_ERROR(AuditVariable(statistic, variable, reviews));
    }
    auto& cells = findings_.cells.emplace_back(table_.keys.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      const ValueStatus status = StatusOf(static_cast<int>(i), statistic);
      if (status == ValueStatus::kEmpty) cells[i].status = CellStatus::kEmpty;
      if (status == ValueStatus::kSuppressed)
        FillSuppressed(statistic, variable, i, reviews[i], &cells[i]);
    }
    return absl::OkStatus();
  }

  absl::Status AuditVariable(int statistic, const Variable& variable,
                             const std::vector<const CellReview*>& reviews) {
    std::vector<bool> shown;
    for (size_t i = 0; i < table_.keys.size(); ++i)
      shown.push_back(StatusOf(static_cast<int>(i), statistic) != ValueStatus::kSuppressed);
    VariableAudit audit(table_, variable, rules_, shown, reviews);
    KLUIS_ASSIGN_OR_RETURN(audits_[variable.name], audit.Run(options_, &findings_));
    findings_.violations += static_cast<int64_t>(audits_[variable.name].exposed.size());
    findings_.programs += audits_[variable.name].programs;
    return absl::OkStatus();
  }

  // From whole units of the variable to the unit of the statistic: a mean is the sum by its
  // divisor.
  double ScaleOf(const StatisticColumn& column, const Variable& variable, size_t cell) const {
    double scale = std::pow(10.0, variable.decimals);
    if (column.kind != StatisticKind::kAverage) return scale;
    const Contributions& sums = table_.measures[column.variable].cells[cell];
    const double divisor = table_.weighted
                               ? ToDouble(sums.weight) / std::pow(10.0, table_.weight_decimals)
                               : static_cast<double>(sums.rows);
    return divisor > 0 ? scale * divisor : scale;
  }

  void FillSuppressed(int statistic, const Variable& variable, size_t cell,
                      const CellReview* review, CellFinding* out) const {
    const bool primary = review != nullptr && !review->rule.empty();
    out->status = primary ? CellStatus::kPrimary : CellStatus::kSecondary;
    const double scale = ScaleOf(table_.shape.statistics[statistic], variable, cell);
    const double whole = std::pow(10.0, variable.decimals);
    if (primary) {
      out->rule = review->rule;
      out->required = AuditInterval{review->required_low * whole / scale,
                                    review->required_high * whole / scale};
    }
    const auto audit = audits_.find(variable.name);
    if (audit == audits_.end() || (depth_ != AuditDepth::kAll && !primary)) return;
    const AuditInterval& interval = audit->second.intervals[cell];
    if (primary && variable.count) ClipRequired(audit->second, cell, scale, out);
    out->interval = AuditInterval{interval.low / scale, interval.high / scale};
  }

  // Of a count whose demand is kept: the part of the requirement that can be kept (a value that
  // must not be exact needs one side only, and no table goes against what everyone knows).
  static void ClipRequired(const AuditResult& audit, size_t cell, double scale, CellFinding* out) {
    const bool exposed =
        std::binary_search(audit.exposed.begin(), audit.exposed.end(), static_cast<int>(cell));
    if (exposed) return;
    out->required->low = std::max(out->required->low, audit.intervals[cell].low / scale);
    out->required->high = std::min(out->required->high, audit.intervals[cell].high / scale);
  }

  const AggregateTable& table_;
  const ProtectedTable& protected_;
  const RuleSet& rules_;
  const AuditDepth depth_;
  AuditOptions options_;
  absl::flat_hash_map<int, int> row_of_cell_;
  std::map<std::string, std::vector<const CellReview*>> reviews_;
  std::map<std::string, AuditResult> audits_;
  Findings findings_;
};

}  // namespace

const char* CellStatusName(CellStatus status) {
  switch (status) {
    case CellStatus::kOk:
      return "ok";
    case CellStatus::kPrimary:
      return "primary";
    case CellStatus::kSecondary:
      return "secondary";
    case CellStatus::kSuppressed:
      return "suppressed";
    case CellStatus::kEmpty:
      return "empty";
  }
  return "secondary";
}

absl::StatusOr<Findings> Examine(const AggregateTable& table, const ProtectedTable& protected_table,
                                 const RuleSet& rules, AuditDepth depth,
                                 const AuditOptions& options) {
  return Examiner(table, protected_table, rules, depth, options).Run();
}

std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     int cell) {
  switch (column.kind) {
    case StatisticKind::kCount:
      return table.weighted
                 ? Rescale(table.units[cell].weight, table.weight_decimals, column.decimals)
                 : Rescale(table.units[cell].rows, 0, column.decimals);
    case StatisticKind::kCountDistinct:
      return Rescale(table.distincts[column.variable].cells[cell], 0, column.decimals);
    case StatisticKind::kSum: {
      const MeasureColumn& measure = table.measures[column.variable];
      return Rescale(measure.cells[cell].total, measure.decimals + table.weight_decimals,
                     column.decimals);
    }
    case StatisticKind::kAverage: {
      const MeasureColumn& measure = table.measures[column.variable];
      const Contributions& sums = measure.cells[cell];
      const absl::int128 divisor = table.weighted ? sums.weight : absl::int128{sums.rows};
      if (divisor <= 0) return std::nullopt;
      const int shift = column.decimals - measure.decimals;
      return DivideHalfEven(sums.total * PowerOfTen(std::max(shift, 0)),
                            divisor * PowerOfTen(std::max(-shift, 0)));
    }
  }
  return std::nullopt;
}

}  // namespace kluis
