#include "server/local/variable_audit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/local/console.h"

namespace kluis {
namespace {

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
  VariableAudit(const AggregateTable& table, const AuditedVariable& variable, const RuleSet& rules,
                const VariableClaims& claims)
      : table_(table),
        variable_(variable),
        rules_(rules),
        shown_(claims.shown),
        reviews_(claims.reviews),
        outside_(claims.outside) {
    for (const Axis& axis : table.axes) {
      mixed_ |= axis.kind == VariableKind::kMixed;
      confidential_ |= axis.kind == VariableKind::kConfidential;
    }
    for (size_t i = 0; i < table.keys.size(); ++i) {
      index_[table.keys[i]] = static_cast<int>(i);
      given_up_ &= !shown_[i] || table.uses[i] != CellUse::kDisplayed;
    }
  }

  absl::StatusOr<VariableVerdict> Run(const AuditOptions& options) {
    std::vector<Reading> readings = {Reading::kStruck};
    if (SupportsKnown()) readings.push_back(Reading::kSupports);
    if (SupportsKnown() && mixed_ && confidential_) readings.push_back(Reading::kKept);
    AuditResult& merged = verdict_.result;
    for (const absl::int128 value : variable_.values)
      merged.intervals.push_back({ToDouble(value), ToDouble(value)});
    std::vector<bool> judged(variable_.values.size(), false);
    std::set<int> exposed;
    for (const Reading reading : readings) {
      const Audited audited = Make(reading);
      KLUIS_ASSIGN_OR_RETURN(const AuditResult result, RunReading(audited, options));
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
    return std::move(verdict_);
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
    if (HidesNone(cell) || given_up_) return 0;
    const bool zeros_shown = ordinary || AtTotals(table_, table_.keys[cell], true) ||
                             !rules_.frequency.protect_zeros || ZeroIsPublic(cell);
    return zeros_shown ? 1 : 0;
  }

  // A zero here would be hidden as class disclosure, so what is hidden may be one. Counts of others
  // than all units are not judged so.
  bool HidesNone(size_t cell) const {
    const auto& group = rules_.group_disclosure;
    if (!group || !group->protect_none || variable_.name != "units") return false;
    const CellKey& key = table_.keys[cell];
    bool missing = false, marked = false, part = false;
    for (size_t a = 0; a < key.size(); ++a) {
      const Category& category = table_.axes[a].categories[key[a]];
      missing |= category.code == kMissingCode;
      part |= key[a] != 0;
      marked |= key[a] != 0 && category.sensitive && table_.axes[a].kind != VariableKind::kIdentifying;
    }
    if (missing && !rules_.judge_missing) return false;
    return group->every_line ? part : marked;
  }

  double Ceiling(size_t cell, Reading reading) const {
    if (!SupportsKnown() || reading == Reading::kSupports) return kInfinity;
    const CellKey support = WithTotals(table_, table_.keys[cell], reading == Reading::kStruck);
    const auto found = index_.find(support);
    return found == index_.end() ? kInfinity : ToDouble(variable_.values[found->second]);
  }

  AuditInterval Outside(size_t cell, const AuditInterval& known) const {
    return outside_.empty() ? known : Both(known, outside_[cell]);
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
                     .known = Outside(i, {Floor(i), Ceiling(i, reading)}),
                     .required = {}};
      SetDemand(i, &cell);
      out.table.cells.push_back(std::move(cell));
      out.cells.push_back(static_cast<int>(i));
    }
    return out;
  }

  absl::StatusOr<AuditResult> RunReading(const Audited& audited, const AuditOptions& options) {
    KLUIS_ASSIGN_OR_RETURN(AuditResult result, AuditCells(audited.table, options));
    if (SpanOnly()) {
      KLUIS_ASSIGN_OR_RETURN(result.exposed, Computable(audited.table, options));
      return result;
    }
    KLUIS_RETURN_IF_ERROR(Forgive(audited, options, &result));
    if (variable_.count) return result;
    StageClock clock;
    const std::vector<Insider> insiders = SoleContributors(audited.table);
    KLUIS_ASSIGN_OR_RETURN(const auto pairs,
                           AuditInsiders(audited.table, insiders, result, options));
    for (const auto& [insider, victim] : pairs) {
      // A cell in which nobody is tells an insider nothing of another's contribution.
      if (variable_.contributors[audited.cells[victim]] == 0) continue;
      if (IsOwnerOf(audited, insiders[insider], victim)) continue;
      KLUIS_ASSIGN_OR_RETURN(const bool by_own_part,
                             OwnPartTells(audited, insiders[insider], victim, result, options));
      if (by_own_part) continue;
      verdict_.insider_pairs.emplace_back(audited.cells[insiders[insider].knows.front()],
                                          audited.cells[victim]);
    }
    verdict_.insider_seconds += clock.Lap();
    return result;
  }

  // `frequency.protect: exact` of a table without secrets: no count may be computed from those that
  // are shown (safety.md 1), whatever else is known of counts.
  bool SpanOnly() const {
    return variable_.count && !rules_.frequency.threshold && !mixed_ && !confidential_;
  }

  static absl::StatusOr<std::vector<int>> Computable(AuditTable table,
                                                     const AuditOptions& options) {
    table.integral = false;
    table.unlisted = {-kInfinity, kInfinity};
    for (AuditCell& cell : table.cells) {
      if (!cell.shown) cell.known = {-kInfinity, kInfinity};
    }
    AuditOptions demanded = options;
    demanded.scope = AuditScope::kDemanded;
    KLUIS_ASSIGN_OR_RETURN(AuditResult result, AuditCells(table, demanded));
    return std::move(result.exposed);
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

  // Whoever is in a cell knows that there is no less than its own part, and that is nobody's secret
  // from it, where the rules say whose the secret is.
  absl::StatusOr<bool> OwnPartTells(const Audited& audited, const Insider& insider, int victim,
                                    const AuditResult& outsider, const AuditOptions& options) const {
    const int cell = audited.cells[victim];
    if (variable_.givers.empty() || variable_.any_sign) return false;
    if (variable_.owners[cell] == variable_.givers[cell]) return false;
    const int64_t who = variable_.givers[audited.cells[insider.knows[0]]];
    double own = 0;
    for (const Share& share : variable_.source->cells[cell].shares) {
      if (share.contributor == who) own = ToDouble(share.amount);
    }
    if (own <= 0) return false;
    AuditTable capped = audited.table;
    AuditCell& secret = capped.cells[victim];
    if (variable_.contributors[cell] == 1) return true;
    secret.required.low = std::max(secret.required.low, own);
    KLUIS_ASSIGN_OR_RETURN(const auto pairs, AuditInsiders(capped, {insider}, outsider, options));
    return std::none_of(pairs.begin(), pairs.end(),
                        [&](const auto& pair) { return pair.second == victim; });
  }

  // A cell is secret for the sake of its largest contributor, or of whom the rules say, who may know
  // as much as it can.
  bool IsOwnerOf(const Audited& audited, const Insider& insider, int victim) const {
    if (variable_.largest.empty()) return false;
    const int cell = audited.cells[victim];
    if (!variable_.givers.empty()) {
      return variable_.givers[audited.cells[insider.knows[0]]] == variable_.owners[cell];
    }
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

  // The cells in which one contributor is alone: as the table says whose they are; else a cell and a
  // part of it have the same one, and so have two parts of which neither is in the other.
  std::vector<Insider> SoleContributors(const AuditTable& audited) const {
    std::vector<int> owner(audited.cells.size());  // first cell of the same contributor, or nearer
    std::iota(owner.begin(), owner.end(), 0);
    const auto find = [&](int cell) {
      while (owner[cell] != cell) cell = owner[cell] = owner[owner[cell]];
      return cell;
    };
    std::map<CellKey, int> sole;
    for (size_t i = 0; i < audited.cells.size(); ++i) {
      if (variable_.contributors[i] == 1) sole.emplace(audited.cells[i].key, static_cast<int>(i));
    }
    for (const auto& [key, cell] : sole) {
      const int part = cell;
      ForEachAbove(key, [&](const CellKey& above) {
        const auto whole = sole.find(above);
        if (whole == sole.end()) return;
        const int a = find(part), b = find(whole->second);
        owner[std::max(a, b)] = std::min(a, b);
      });
    }
    std::vector<Insider> insiders;
    absl::flat_hash_map<int64_t, size_t> place;  // contributor, or first cell of one -> insider
    for (size_t i = 0; i < audited.cells.size(); ++i) {
      if (audited.cells[i].shown || variable_.contributors[i] != 1) continue;
      const int64_t who =
          variable_.givers.empty() ? find(static_cast<int>(i)) : variable_.givers[i];
      const auto [found, added] = place.insert({who, insiders.size()});
      if (added) insiders.emplace_back();
      insiders[found->second].knows.push_back(static_cast<int>(i));
    }
    return insiders;
  }

  // Every cell that differs in one axis, where it has a category above; not only the next one,
  // since a table need not have every level.
  template <typename Visit>
  void ForEachAbove(const CellKey& key, Visit visit) const {
    for (size_t a = 0; a < key.size(); ++a) {
      CellKey above = key;
      while (above[a] > 0) {
        above[a] = table_.axes[a].categories[above[a]].parent;
        visit(above);
      }
    }
  }

  const AggregateTable& table_;
  const AuditedVariable& variable_;
  const RuleSet& rules_;
  const std::vector<bool>& shown_;
  bool given_up_ = true;  // nothing is shown, so that zeros are not either
  const std::vector<const CellReview*>& reviews_;
  const std::vector<AuditInterval>& outside_;
  bool mixed_ = false, confidential_ = false;
  absl::flat_hash_map<CellKey, int> index_;
  VariableVerdict verdict_;
};

}  // namespace

absl::StatusOr<VariableVerdict> AuditVariable(const AggregateTable& table,
                                              const AuditedVariable& variable, const RuleSet& rules,
                                              const VariableClaims& claims,
                                              const AuditOptions& options) {
  return VariableAudit(table, variable, rules, claims).Run(options);
}

}  // namespace kluis
