#include "server/local/record_rules.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/rules/contributions.h"
#include "disclosure/rules/magnitude.h"
#include "disclosure/rules/shadow.h"
#include "disclosure/rules/statistic_family.h"
#include "disclosure/rules/waiver.h"
#include "disclosure/rules/zero.h"
#include "server/engine/records.h"
#include "server/local/inputs.h"

namespace kluis {
namespace {

absl::int128 Size(absl::int128 value) { return value < 0 ? -value : value; }

// Judges cell by cell what one level set after the other brings together.
class RecordJudge {
 public:
  RecordJudge(const RecordSource& source, AggregateTable* table)
      : source_(source),
        rules_(RulesFor(StatisticFamily::kLinearAggregations, source.rules)),
        table_(*table) {}

  absl::Status Run() {
    KLUIS_RETURN_IF_ERROR(FindColumns());
    KLUIS_ASSIGN_OR_RETURN(records_, ReadRecords(source_.plan, columns_, source_.engine));
    for (size_t i = 0; i < table_.keys.size(); ++i) cells_[table_.keys[i]] = static_cast<int>(i);
    judged_.assign(table_.keys.size(), false);
    for (const std::vector<int>& levels : source_.plan.level_sets)
      KLUIS_RETURN_IF_ERROR(JudgeLevelSet(levels));
    return CheckAllJudged();
  }

 private:
  absl::Status Fault(const std::vector<std::string>& path, const std::string& message,
                     const std::string& hint) const {
    return RuleFault(source_.rules_file, path, message, hint);
  }

  int ColumnOf(const std::string& name) {
    const auto known = std::find(columns_.begin(), columns_.end(), name);
    if (known == columns_.end()) columns_.push_back(name);
    return static_cast<int>(std::find(columns_.begin(), columns_.end(), name) - columns_.begin());
  }

  absl::StatusOr<const Variable*> Find(const std::vector<std::string>& path,
                                       const std::string& name, VariableRole role) const {
    const Variable* variable = source_.entry.FindVariable(name);
    if (variable != nullptr && variable->role == role && variable->of.empty()) return variable;
    std::vector<std::string> known;
    for (const Variable& other : source_.entry.variables) {
      if (other.role == role && other.of.empty()) known.push_back(other.name);
    }
    const char* what = role == VariableRole::kMeasure ? " has no measure '" : " has no dimension '";
    return Fault(path, absl::StrCat(source_.entry.name, what, name, "'"),
                 NearestOrListHint(name, known));
  }

  absl::Status FindColumns() {
    for (size_t m = 0; m < table_.measures.size(); ++m)
      responses_.push_back(ColumnOf(source_.plan.measures[m].column));
    if (!rules_.shadow.empty()) {
      KLUIS_ASSIGN_OR_RETURN(shadow_, Find({"shadow"}, rules_.shadow, VariableRole::kMeasure));
      if (!shadow_->grain.empty()) {
        return Fault({"shadow"},
                     absl::StrCat("shadow: '", shadow_->name, "' is a value of ",
                                  shadow_->grain[0], ", and rules look at values of rows"),
                     "name a measure without a grain");
      }
      shadow_column_ = ColumnOf(shadow_->name);
    }
    if (rules_.waiver) {
      KLUIS_ASSIGN_OR_RETURN(
          const Variable* variable,
          Find({"waiver", "variable"}, rules_.waiver->variable, VariableRole::kDimension));
      waiver_column_ = ColumnOf(variable->name);
      KLUIS_RETURN_IF_ERROR(AddCode({"waiver", "code"}, *variable, rules_.waiver->code, 1, &waivers_));
    }
    if (!rules_.request) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(
        const Variable* variable,
        Find({"request", "variable"}, rules_.request->variable, VariableRole::kDimension));
    request_column_ = ColumnOf(variable->name);
    for (size_t c = 0; c < rules_.request->codes.size(); ++c) {
      KLUIS_RETURN_IF_ERROR(AddCode({"request", "codes"}, *variable, rules_.request->codes[c].code,
                                    static_cast<int>(c) + 1, &requests_));
    }
    return absl::OkStatus();
  }

  // Stored values of a code: its own, and of a branch those below it. The first code wins.
  absl::Status AddCode(const std::vector<std::string>& path, const Variable& variable,
                       const std::string& code, int number, std::map<int64_t, int>* values) const {
    const auto& codes = variable.codes.codes;
    const size_t before = values->size();
    bool known = code == kMissingCode;
    if (known) values->emplace(-1, number);
    const int found = variable.codes.Find(code);
    for (size_t c = 0; found >= 0 && c < codes.size(); ++c) {
      int above = static_cast<int>(c);
      while (above >= 0 && above != found) above = codes[above].parent;
      if (above == found) values->emplace(static_cast<int64_t>(c), number);
    }
    known |= found >= 0;
    if (known && values->size() > before) return absl::OkStatus();
    std::vector<std::string> names;
    for (const Code& other : codes) names.push_back(other.code);
    return Fault(path,
                 known ? absl::StrCat("'", code, "' of ", variable.name, " has a meaning already")
                       : absl::StrCat(variable.name, " has no code '", code, "'"),
                 known ? "name each code once" : NearestOrListHint(code, names));
  }

  absl::Status JudgeLevelSet(const std::vector<int>& levels) {
    std::vector<std::pair<int, int>> places;  // cell, record
    CellKey key(levels.size());
    for (size_t r = 0; r < records_.size(); ++r) {
      bool inside = true;
      for (size_t a = 0; a < levels.size() && inside; ++a) {
        const PlanAxis& axis = source_.plan.axes[a];
        const std::vector<int>& map = axis.level_maps[levels[a]];
        const int place = records_.axes[a][r] - axis.stored_low;
        inside = place >= 0 && place < static_cast<int>(map.size()) && map[place] >= 0;
        if (inside) key[a] = map[place];
      }
      const auto cell = inside ? cells_.find(key) : cells_.end();
      if (cell == cells_.end() || judged_[cell->second]) continue;
      places.emplace_back(cell->second, static_cast<int>(r));
    }
    std::sort(places.begin(), places.end());
    for (size_t begin = 0, end = 0; begin < places.size(); begin = end) {
      std::vector<int> of_cell;
      for (; end < places.size() && places[end].first == places[begin].first; ++end)
        of_cell.push_back(places[end].second);
      KLUIS_RETURN_IF_ERROR(JudgeCell(places[begin].first, of_cell));
    }
    return absl::OkStatus();
  }

  absl::Status JudgeCell(int cell, const std::vector<int>& records) {
    judged_[cell] = true;
    if (table_.units[cell].rows != static_cast<int64_t>(records.size())) return OtherRecords();
    table_.units[cell].waived = std::all_of(records.begin(), records.end(),
                                            [&](int record) { return Waives(record); });
    for (size_t m = 0; m < table_.measures.size(); ++m) {
      const CellContributions response = Contributed(records, responses_[m]);
      Contributions& sums = table_.measures[m].cells[cell];
      if (response.Total() != sums.total) return OtherRecords();
      Number(response, &sums);
      sums.judged = Judge(table_.measures[m], response,
                          shadow_ == nullptr ? response : Contributed(records, shadow_column_));
    }
    return absl::OkStatus();
  }

  static absl::Status OtherRecords() {
    return absl::InternalError("the records do not make the table that they were aggregated to");
  }

  absl::Status CheckAllJudged() const {
    for (size_t i = 0; i < judged_.size(); ++i) {
      if (!judged_[i] && table_.units[i].rows > 0) return OtherRecords();
    }
    return absl::OkStatus();
  }

  static int NumberIn(const std::map<int64_t, int>& values, const RecordValue& value) {
    const auto found = value.missing ? values.end() : values.find(value.value);
    return found == values.end() ? 0 : found->second;
  }

  bool Waives(int record) const {
    return waiver_column_ >= 0 &&
           NumberIn(waivers_, records_.columns[waiver_column_][record]) > 0;
  }

  CellContributions Contributed(const std::vector<int>& records, int column) const {
    std::vector<ContributionRecord> contributed;
    for (const int r : records) {
      const RecordValue& value = records_.columns[column][r];
      if (value.missing) continue;
      contributed.push_back(
          {.contributor = records_.contributor[r],
           .value = value.value,
           .weight = records_.weight[r],
           .request = request_column_ < 0
                          ? 0
                          : NumberIn(requests_, records_.columns[request_column_][r]),
           .waiver = Waives(r)});
    }
    return AddPerContributor(std::move(contributed), table_.weight_decimals);
  }

  // The engine's numbers are of its own making, and where each row is a contributor it has none.
  void Number(const CellContributions& response, Contributions* sums) const {
    sums->shares.clear();
    sums->unlisted = 0;
    for (const Contribution& c : response.sorted) {
      if (c.value != 0) sums->shares.push_back({c.contributor, Size(c.weighted)});
    }
    KeepLargest(static_cast<size_t>(source_.plan.largest), sums);
  }

  RecordVerdict Judge(const MeasureColumn& measure, const CellContributions& response,
                      const CellContributions& looked_at) const {
    const absl::int128 unit = PowerOfTen(measure.decimals + table_.weight_decimals);
    const MagnitudeUnits units{
        .decimals = shadow_ == nullptr ? measure.decimals : shadow_->decimals,
        .weight_decimals = table_.weight_decimals,
        .weighted = table_.weighted,
        .any_sign = shadow_ == nullptr ? measure.any_sign : shadow_->any_sign};
    MagnitudeVerdict verdict = JudgeMagnitude(looked_at, units, rules_);
    if (shadow_ != nullptr) {
      verdict.level = ScaleToResponse(verdict.level, {.response = response.Total(),
                                                      .shadow = looked_at.Total(),
                                                      .unit = unit,
                                                      .range_percent = rules_.frequency.range_percent});
      AddZeroResponse(measure, response, unit, &verdict);
    }
    return {.rule = verdict.rule,
            .lower_level = verdict.level.lower_level,
            .upper_level = verdict.level.upper_level,
            .owner = OwnerOf(verdict.rule, looked_at)};
  }

  // A zero that is shown is one of the response, whatever the shadow is.
  void AddZeroResponse(const MeasureColumn& measure, const CellContributions& response,
                       absl::int128 unit, MagnitudeVerdict* verdict) const {
    if (!rules_.zero) return;
    const ProtectionLevel zero =
        JudgeZero(response.Total(), response.records, measure.any_sign, unit, *rules_.zero);
    if (zero.sensitive && verdict->rule.empty()) verdict->rule = "zero";
    verdict->level = Strictest(verdict->level, zero);
  }

  // Whoever is largest in the response need not be who is protected: it may have agreed to
  // publication, or be small in the shadow variable. Then it is an insider.
  std::optional<int64_t> OwnerOf(const std::string& rule, const CellContributions& looked_at) const {
    if (rule == "request") return looked_at.sorted[0].contributor;
    if (shadow_ == nullptr && !rules_.waiver) return std::nullopt;
    const std::vector<Contribution> order = TargetFirst(looked_at);
    return order.empty() ? kNobody : order[0].contributor;
  }

  const RecordSource& source_;
  const RuleSet rules_;
  AggregateTable& table_;
  std::vector<std::string> columns_;
  std::vector<int> responses_;  // per measure: its column
  const Variable* shadow_ = nullptr;
  int shadow_column_ = -1, waiver_column_ = -1, request_column_ = -1;
  std::map<int64_t, int> waivers_, requests_;  // stored value -> number of the code
  Records records_;
  absl::flat_hash_map<CellKey, int> cells_;
  std::vector<bool> judged_;
};

}  // namespace

bool NeedsRecords(const RuleSet& rules, bool weighted) {
  return rules.request || rules.waiver || !rules.shadow.empty() ||
         (weighted && rules.weights != WeightsMethod::kSample);
}

absl::Status JudgeByRecords(const RecordSource& source, AggregateTable* table) {
  return RecordJudge(source, table).Run();
}

}  // namespace kluis
