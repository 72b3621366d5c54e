#include "server/local/argus_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/argus/table_file.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/rules/dominance.h"
#include "server/local/argus_files.h"

namespace kluis {
namespace {

constexpr size_t kTableFile = size_t{1} << 30;
constexpr char kByStatus[] = "status";
// Of a cell of which nobody says how many there are: more than any rule asks for.
constexpr int64_t kManyContributors = std::numeric_limits<int32_t>::max();

class Given {
 public:
  Given(std::string file, ArgusDescription description, const RuleSet& rules, Primaries primaries)
      : file_(std::move(file)), description_(std::move(description)), rules_(rules) {
    const bool has_status = Find(ArgusRole::kStatus) != nullptr;
    judged_ = primaries == Primaries::kRules || (primaries == Primaries::kAsGiven && !has_status);
  }

  absl::StatusOr<GivenTable> Run() {
    KLUIS_RETURN_IF_ERROR(CheckColumns());
    KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadArgusText(file_, kTableFile));
    Parsed<ArgusTable> parsed =
        ReadArgusTable(description_.metadata, description_.codes, text, file_);
    if (!parsed.ok()) return AsStatus(parsed.diagnostics);
    from_ = std::move(parsed.value);
    negative_ = std::any_of(Values().cells.begin(), Values().cells.end(),
                            [](absl::int128 value) { return value < 0; });
    for (size_t i = 0; i < from_.keys.size(); ++i) KLUIS_RETURN_IF_ERROR(CheckCell(i));
    MakeCells();
    MakeStatistic();
    MakeShape();
    if (!judged_ || from_.cost.has_value()) MakeDecisions();
    given_.contributors_known = from_.frequency.has_value();
    given_.judged = judged_;
    given_.aliases = AliasesOf(description_.metadata);
    return std::move(given_);
  }

 private:
  const ArgusVariable* Find(ArgusRole role) const { return description_.metadata.Find(role); }

  const ArgusColumn& Values() const {
    return from_.responses.empty() ? *from_.frequency : from_.responses[0];
  }
  bool IsCount() const { return from_.responses.empty(); }

  absl::Status CheckColumns() const {
    const ArgusVariable* first = Find(ArgusRole::kResponse);
    for (const ArgusVariable& variable : description_.metadata.variables) {
      if (variable.role != ArgusRole::kResponse || &variable == first) continue;
      return description_.At(variable,
                             absl::StrCat(variable.name, " is a second response, after ",
                                          first->name, ", and one is protected at a time"),
                             "leave one of them out, or make it <SHADOW>");
    }
    const ArgusVariable* frequency = Find(ArgusRole::kFrequency);
    if (frequency != nullptr && frequency->decimals > 0) {
      return description_.At(*frequency,
                             absl::StrCat(frequency->name,
                                          " counts, so it has no "
                                          "decimals"),
                             "remove its <DECIMALS>");
    }
    return judged_ ? CheckRules() : CheckFile();
  }

  absl::Status CheckFile() const {
    if (Find(ArgusRole::kStatus) != nullptr) return absl::OkStatus();
    return FaultAt(description_.file, 0, 0, "no variable is <STATUS>, so no cell is unsafe",
                   "describe the column of statuses, or take --primaries rules");
  }

  // The rules look at contributors, at the largest of them, and at nothing that is not there.
  absl::Status CheckRules() const {
    if (const ArgusVariable* shadow = Find(ArgusRole::kShadow)) {
      return description_.At(
          *shadow, absl::StrCat(shadow->name, " is a <SHADOW>, and rules look at the response"),
          "give the statuses in a <STATUS> column, or leave the shadow variable out");
    }
    for (const ArgusRole role : {ArgusRole::kLowerLevel, ArgusRole::kUpperLevel}) {
      if (Find(role) == nullptr || Find(ArgusRole::kStatus) != nullptr) continue;
      return description_.At(*Find(role),
                             "protection levels are of unsafe cells, and rules make "
                             "their own",
                             "describe the column of statuses with <STATUS>");
    }
    if (Find(ArgusRole::kFrequency) == nullptr) {
      return FaultAt(description_.file, 0, 0,
                     "no variable is <FREQUENCY>, so no rule can tell which cells are unsafe",
                     "describe the column of contributors, or of statuses with <STATUS>");
    }
    if (Find(ArgusRole::kResponse) == nullptr) return absl::OkStatus();
    for (const DominanceParameters& rule : rules_.dominance)
      KLUIS_RETURN_IF_ERROR(CheckLargest(rule.n, DominanceName(rule)));
    if (rules_.p_percent)
      KLUIS_RETURN_IF_ERROR(CheckLargest(rules_.p_percent->coalition + 1, "p_percent"));
    for (const PriorPosteriorParameters& rule : rules_.prior_posterior)
      KLUIS_RETURN_IF_ERROR(CheckLargest(rule.coalition + 1, "prior_posterior"));
    return absl::OkStatus();
  }

  absl::Status CheckLargest(int needed, const std::string& rule) const {
    const auto& variables = description_.metadata.variables;
    const auto has = std::count_if(variables.begin(), variables.end(), [](const auto& variable) {
      return variable.role == ArgusRole::kMaxScore;
    });
    if (has >= needed) return absl::OkStatus();
    return FaultAt(description_.file, 0, 0,
                   absl::StrCat(rule, " looks at the ", needed, " largest contributions, and ",
                                has == 0 ? "no variable is <MAXSCORE>"
                                         : absl::StrCat("only ", has, " are <MAXSCORE>")),
                   "describe that many columns, or give the statuses in a <STATUS> column");
  }

  absl::Status CellFault(size_t cell, const std::string& message, const std::string& hint) const {
    std::vector<std::string> codes;
    for (size_t a = 0; a < from_.axes.size(); ++a)
      codes.push_back(from_.axes[a].categories[from_.keys[cell][a]].code);
    return FaultAt(file_, from_.lines[cell], 1,
                   absl::StrCat("the cell ", absl::StrJoin(codes, ", "), " ", message), hint);
  }

  absl::Status CheckCell(size_t cell) const {
    const absl::int128 value = Values().cells[cell];
    if (from_.statuses[cell] == ArgusStatus::kEmpty && value != 0) {
      return CellFault(cell, "is empty by its status, but has a value", "status S, U, P or M");
    }
    if (from_.frequency && value != 0 && from_.frequency->cells[cell] == 0) {
      return CellFault(cell, "has a value, but no contributors", "is it a column of frequencies?");
    }
    absl::int128 sum = 0;
    for (const ArgusColumn& column : from_.largest) sum += column.cells[cell];
    if (!negative_ && !from_.largest.empty() &&
        sum > Rescale(value, Values().decimals, from_.largest[0].decimals)) {
      return CellFault(cell, "has contributions that are larger than its value together",
                       "are they contributions to the response?");
    }
    if (judged_ && value < 0 && AsksConcentration()) {
      return CellFault(cell, "is negative, and the file does not tell the sizes that add up to it",
                       "leave the rules of concentration out, or give statuses");
    }
    return absl::OkStatus();
  }

  bool AsksConcentration() const {
    if (rules_.negative.policy == NegativePolicy::kFrequency) return false;
    return !rules_.dominance.empty() || rules_.p_percent || !rules_.prior_posterior.empty();
  }

  int64_t RowsOf(size_t cell) const {
    if (from_.frequency) {
      return static_cast<int64_t>(from_.frequency->cells[cell]);
    }
    return from_.statuses[cell] == ArgusStatus::kEmpty ? 0 : 1;
  }

  int64_t ContributorsOf(size_t cell) const {
    const int64_t rows = RowsOf(cell);
    return from_.frequency || rows == 0 ? rows : kManyContributors;
  }

  void MakeCells() {
    AggregateTable& table = given_.table;
    table.axes = from_.axes;
    for (Axis& axis : table.axes) axis.kind = VariableKind::kIdentifying;
    table.keys = from_.keys;
    table.uses.assign(from_.keys.size(), CellUse::kDisplayed);
    for (size_t i = 0; i < from_.keys.size(); ++i) {
      const int64_t rows = RowsOf(i);
      table.units.push_back({.rows = rows, .contributors = ContributorsOf(i), .weight = rows});
    }
  }

  void MakeStatistic() {
    AggregateTable& table = given_.table;
    if (IsCount()) {
      table.shape.statistics = {{.name = from_.frequency->name, .kind = StatisticKind::kCount}};
      return;
    }
    const ArgusColumn& values = from_.responses[0];
    table.shape.statistics = {{.name = values.name,
                               .kind = StatisticKind::kSum,
                               .variable = 0,
                               .decimals = values.decimals}};
    MeasureColumn measure{
        .name = values.name, .decimals = values.decimals, .any_sign = negative_, .cells = {}};
    for (size_t i = 0; i < from_.keys.size(); ++i) {
      const absl::int128 total = values.cells[i];
      measure.cells.push_back({.rows = table.units[i].rows,
                               .contributors = table.units[i].contributors,
                               .weight = table.units[i].rows,
                               .total = total,
                               .absolute_total = total < 0 ? -total : total,
                               .largest = LargestOf(i)});
    }
    table.measures.push_back(std::move(measure));
  }

  std::vector<absl::int128> LargestOf(size_t cell) const {
    std::vector<absl::int128> largest;
    for (const ArgusColumn& column : from_.largest) {
      const absl::int128 value =
          Rescale(column.cells[cell], column.decimals, from_.responses[0].decimals);
      if (value <= 0 || static_cast<int64_t>(largest.size()) >= ContributorsOf(cell)) break;
      largest.push_back(value);
    }
    return largest;
  }

  void MakeShape() {
    ReleaseShape& shape = given_.shape.shape;
    shape.statistics = given_.table.shape.statistics;
    given_.shape.statistics = {0};
    for (const Axis& axis : from_.axes) {
      shape.column_order.push_back(static_cast<int>(shape.dimensions.size()));
      shape.dimensions.push_back({.name = axis.name, .label_nl = ""});
    }
    shape.column_order.push_back(static_cast<int>(shape.dimensions.size()));
    given_.table.shape.column_order = {0};
    for (size_t i = 0; i < from_.keys.size(); ++i) {
      ReleaseRow row{.codes = {}, .cell = static_cast<int>(i)};
      for (size_t a = 0; a < from_.axes.size(); ++a)
        row.codes.push_back(from_.axes[a].categories[from_.keys[i][a]].code);
      shape.rows.push_back(std::move(row));
      given_.table.shape.rows.push_back({.codes = {}, .cell = static_cast<int>(i)});
    }
  }

  void MakeDecisions() {
    auto& decisions = given_.decisions.emplace(from_.keys.size());
    for (size_t i = 0; i < decisions.size(); ++i) {
      CellDecision& decision = decisions[i];
      if (from_.cost)
        decision.cost = ToDouble(from_.cost->cells[i]) / std::pow(10.0, from_.cost->decimals);
      if (!judged_) Decide(i, &decision);
    }
  }

  void Decide(size_t cell, CellDecision* decision) const {
    switch (from_.statuses[cell]) {
      case ArgusStatus::kUnsafe:
        decision->state = DecidedState::kPrimary;
        decision->rule = kByStatus;
        decision->lower_level = LevelOf(from_.lower_level, cell);
        decision->upper_level = LevelOf(from_.upper_level, cell);
        return;
      case ArgusStatus::kSecondary:
        decision->state = DecidedState::kSuppressed;
        return;
      case ArgusStatus::kProtect:
        decision->state = DecidedState::kPublished;
        return;
      default:
        return;
    }
  }

  // Where neither level is given, the range of the rule set on both sides.
  absl::int128 LevelOf(const std::optional<ArgusColumn>& column, size_t cell) const {
    if (!from_.lower_level && !from_.upper_level) return RangeLevel(Values().cells[cell], rules_);
    if (!column) return 0;
    const int finer = column->decimals - Values().decimals;
    if (finer <= 0) return column->cells[cell] * PowerOfTen(-finer);
    const absl::int128 unit = PowerOfTen(finer);
    return (column->cells[cell] + unit - 1) / unit;
  }

  const std::string file_;
  const ArgusDescription description_;
  const RuleSet& rules_;
  bool judged_ = false;
  bool negative_ = false;
  ArgusTable from_;
  GivenTable given_;
};

}  // namespace

absl::StatusOr<GivenTable> ReadGivenTable(const std::string& file, const std::string& metadata,
                                          const RuleSet& rules, Primaries primaries) {
  KLUIS_ASSIGN_OR_RETURN(ArgusDescription description,
                         ReadArgusDescription(metadata, RdaKind::kTable));
  return Given(file, std::move(description), rules, primaries).Run();
}

}  // namespace kluis
