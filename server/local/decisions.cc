#include "server/local/decisions.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/argus/number.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/exact.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/nearest.h"
#include "server/local/argus_files.h"
#include "server/local/variable_audit.h"

namespace kluis {
namespace {

constexpr char kByHand[] = "a priori";

// A bound of a review in whole units, rounded away from the value.
absl::int128 Units(double amount, int decimals) {
  return static_cast<absl::int128>(std::ceil(amount * std::pow(10.0, decimals) - 1e-6));
}

class Apriori {
 public:
  Apriori(const AprioriSource& source, const AggregateTable& table, const RuleSet& rules,
          std::vector<CellDecision>* decisions)
      : source_(source),
        table_(table),
        rules_(rules),
        variable_(AuditedVariableOf(table, table.shape.statistics[0])),
        decisions_(*decisions) {
    for (size_t i = 0; i < table.keys.size(); ++i) index_[table.keys[i]] = static_cast<int>(i);
  }

  absl::StatusOr<int> Run() {
    std::vector<bool> primary;
    for (const CellDecision& decision : decisions_)
      primary.push_back(decision.state == DecidedState::kPrimary);
    for (const AprioriLine& line : source_.lines) {
      KLUIS_ASSIGN_OR_RETURN(const int cell, CellOf(line));
      KLUIS_RETURN_IF_ERROR(Apply(line, cell));
    }
    // Levels may stand before or after the line that makes their cell primary.
    for (const auto& [cell, line] : levels_) {
      if (decisions_[cell].state == DecidedState::kPrimary) continue;
      return Fault(*line, "protection levels are for cells that are unsafe, and this one is not",
                   "add a line with u");
    }
    int freed = 0;
    for (size_t i = 0; i < primary.size(); ++i)
      freed += primary[i] && decisions_[i].state != DecidedState::kPrimary ? 1 : 0;
    return freed;
  }

 private:
  absl::Status Fault(const AprioriLine& line, const std::string& message,
                     const std::string& hint) const {
    return FaultAt(source_.file, line.line, 1, message, hint);
  }

  absl::StatusOr<int> CellOf(const AprioriLine& line) const {
    CellKey key;
    for (size_t a = 0; a < table_.axes.size(); ++a) {
      const Axis& axis = table_.axes[a];
      const std::string code = InAxis(axis, line.codes[a]);
      const auto found =
          std::find_if(axis.categories.begin(), axis.categories.end(),
                       [&](const Category& category) { return category.code == code; });
      if (found == axis.categories.end()) {
        return Fault(line,
                     absl::StrCat(axis.name, " has no code '", line.codes[a].substr(0, 40), "'"),
                     HintFor(axis, line.codes[a]));
      }
      key.push_back(static_cast<int>(found - axis.categories.begin()));
    }
    const auto cell = index_.find(key);
    if (cell != index_.end() && table_.uses[cell->second] == CellUse::kDisplayed)
      return cell->second;
    return Fault(line,
                 absl::StrCat("the table does not show the cell ", absl::StrJoin(line.codes, ", ")),
                 "ask for its level, or remove the line");
  }

  // A code of the axis is itself, whatever it means elsewhere.
  std::string InAxis(const Axis& axis, const std::string& written) const {
    if (written.empty()) return kTotalCode;
    const bool own =
        std::any_of(axis.categories.begin(), axis.categories.end(),
                    [&](const Category& category) { return category.code == written; });
    if (own) return written;
    const auto aliases = source_.aliases.find(axis.name);
    if (aliases == source_.aliases.end() || aliases->second.count(written) == 0)
      return written == "Total" ? kTotalCode : written;
    return aliases->second.at(written);
  }

  static std::string HintFor(const Axis& axis, const std::string& code) {
    std::vector<std::string> known = {kTotalCode};
    for (const Category& category : axis.categories) known.push_back(category.code);
    const std::string nearest = NearestHint(code, known);
    return nearest.empty() ? "the total is _T, Total or empty" : nearest;
  }

  absl::Status Apply(const AprioriLine& line, int cell) {
    CellDecision& decision = decisions_[cell];
    switch (line.kind) {
      case AprioriKind::kSafe:
        decision.state = DecidedState::kFree;
        return absl::OkStatus();
      case AprioriKind::kUnsafe:
        MakePrimary(cell);
        return absl::OkStatus();
      case AprioriKind::kProtect:
        if (decision.state == DecidedState::kPrimary) {
          return Fault(
              line,
              absl::StrCat("the cell is unsafe by ", decision.rule, ", so it cannot be published"),
              "make it safe first, with a line with s, or remove this line");
        }
        decision.state = DecidedState::kPublished;
        return absl::OkStatus();
      case AprioriKind::kSecondary:
      case AprioriKind::kSecondaryLinked:
        if (decision.state != DecidedState::kPrimary) decision.state = DecidedState::kSuppressed;
        return absl::OkStatus();
      case AprioriKind::kCost:
        decision.cost = ToDouble(line.first.scaled) / std::pow(10.0, line.first.decimals);
        return absl::OkStatus();
      case AprioriKind::kLevels:
        KLUIS_RETURN_IF_ERROR(Number(line, line.first, &decision.lower_level));
        levels_[cell] = &line;
        return Number(line, line.second, &decision.upper_level);
      case AprioriKind::kBounds:
        return SetBounds(line, cell);
    }
    return absl::OkStatus();
  }

  void MakePrimary(int cell) {
    CellDecision& decision = decisions_[cell];
    if (decision.state == DecidedState::kPrimary) return;
    decision.state = DecidedState::kPrimary;
    decision.rule = kByHand;
    if (levels_.count(cell) > 0) return;
    decision.lower_level = decision.upper_level = RangeLevel(variable_.values[cell], rules_);
  }

  absl::Status Number(const AprioriLine& line, const ArgusNumber& number, absl::int128* out) const {
    if (ScaleArgusNumber(number, variable_.decimals, out)) return absl::OkStatus();
    return Fault(
        line, absl::StrCat("a number has ", number.decimals, " decimals, not ", variable_.decimals),
        absl::StrCat("the table has ", variable_.decimals));
  }

  absl::Status SetBounds(const AprioriLine& line, int cell) {
    absl::int128 low = 0, high = 0;
    KLUIS_RETURN_IF_ERROR(Number(line, line.first, &low));
    KLUIS_RETURN_IF_ERROR(Number(line, line.second, &high));
    if (variable_.values[cell] < low || variable_.values[cell] > high) {
      return Fault(line, "the value of the cell is outside these bounds",
                   "write what everyone knows of it: the lower bound, then the upper one");
    }
    decisions_[cell].low = low;
    decisions_[cell].high = high;
    return absl::OkStatus();
  }

  const AprioriSource& source_;
  const AggregateTable& table_;
  const RuleSet& rules_;
  const AuditedVariable variable_;
  std::vector<CellDecision>& decisions_;
  absl::flat_hash_map<CellKey, int> index_;
  std::map<int, const AprioriLine*> levels_;  // of cells to which a line gives them
};

}  // namespace

CodeAliases AliasesOf(const ArgusMetadata& metadata) {
  CodeAliases aliases;
  for (const ArgusVariable& variable : metadata.variables) {
    if (!variable.categorical()) continue;
    std::map<std::string, std::string>& codes = aliases[variable.name];
    if (!variable.total_code.empty()) codes[variable.total_code] = kTotalCode;
    for (const std::string& missing : variable.missing) codes[missing] = kMissingCode;
  }
  return aliases;
}

std::vector<CellDecision> DecisionsOf(const AggregateTable& table,
                                      const ProtectedTable& protected_table) {
  const AuditedVariable variable = AuditedVariableOf(table, table.shape.statistics[0]);
  std::vector<CellDecision> decisions(table.keys.size());
  for (const CellReview& review : protected_table.review()) {
    if (review.variable != variable.name || review.rule.empty()) continue;
    const double value = ToDouble(variable.values[review.cell]) / std::pow(10.0, variable.decimals);
    decisions[review.cell] = {.state = DecidedState::kPrimary,
                              .rule = review.rule,
                              .lower_level = Units(value - review.required_low, variable.decimals),
                              .upper_level = Units(review.required_high - value, variable.decimals),
                              .cost = std::nullopt,
                              .low = std::nullopt,
                              .high = std::nullopt};
  }
  return decisions;
}

absl::int128 RangeLevel(absl::int128 value, const RuleSet& rules) {
  const absl::int128 size = value < 0 ? -value : value;
  return std::max<absl::int128>(MultiplyDivideUp(size, rules.frequency.range_percent, 100), 1);
}

absl::StatusOr<int> ApplyApriori(const AprioriSource& apriori, const AggregateTable& table,
                                 const RuleSet& rules, std::vector<CellDecision>* decisions) {
  return Apriori(apriori, table, rules, decisions).Run();
}

}  // namespace kluis
