#include "server/plan/model_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/access/scope.h"
#include "server/plan/model_words.h"
#include "server/plan/plan_text.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

class ModelPlanner {
 public:
  ModelPlanner(const ParsedModel& model, const AuthorisedQuery& cells,
               const AuthorisedQuery& totals, const CatalogueView& catalogue)
      : model_(model),
        cells_(cells),
        totals_(totals),
        catalogue_(catalogue),
        entry_(catalogue.datasets.at(model.dataset).entry) {}

  Decision<ModelPlan> Run() {
    if (!Terms() || !Outcome() || !Plans() || !Levels() || !Size()) return *refusal_;
    Display();
    Columns();
    Finish();
    return std::move(plan_);
  }

 private:
  bool Fail(Refusal refusal) {
    refusal_ = std::move(refusal);
    return false;
  }

  const Variable* BaseOf(const NameRef& name) const {
    const Variable* variable = entry_.FindVariable(name.name);
    return variable == nullptr ? nullptr : BaseVariable(entry_, *variable);
  }

  // What MakePlan() would say, in the words of a model; and one axis for each factor.
  bool Terms() {
    std::map<const Variable*, std::string> used;
    for (const ParsedTerm& term : model_.terms) {
      const NameRef& name = term.factor ? term.dimension.variable : term.measure;
      const Variable* variable = entry_.FindVariable(name.name);
      KLUIS_CHECK(variable != nullptr);  // its name is granted
      const bool measure = variable->role == VariableRole::kMeasure;
      if (!term.factor && !measure) {
        return Fail(UsageAt("NOT_A_MEASURE", absl::StrCat(name.name, " is no measure"), term.at,
                            absl::StrCat("write factor(", name.name, ")")));
      }
      if (!term.factor && model_.family != ModelFamily::kOls) {
        return Fail(
            UsageAt("MEASURE_IN_FAMILY",
                    absl::StrCat("a ", ModelFamilyName(model_.family), " model takes factors only"),
                    term.at, "leave the measure out, or fit a linear model: --family ols"));
      }
      if (!term.factor) {
        if (!OfTheRow(*variable, term.at)) return false;
        continue;
      }
      if (measure) {
        return Fail(UsageAt("NOT_A_DIMENSION",
                            absl::StrCat(name.name, " is a measure and has no levels"), term.at,
                            absl::StrCat("write ", name.name, " without factor()")));
      }
      const Variable* base = BaseVariable(entry_, *variable);
      const auto [known, added] = used.emplace(base, term.name);
      if (!added) {
        return Fail(UsageAt(
            "NESTED_FACTORS",
            absl::StrCat(term.name, " and ", known->second, " are levels of the same codes"),
            term.at, "leave one of them out: the finer one says all that the other does"));
      }
      identifying_.push_back(base->kind == VariableKind::kIdentifying);
    }
    known_ = identifying_;
    if (HasSecretCondition()) known_.assign(known_.size(), false);
    return true;
  }

  // A model has one case for each row.
  bool OfTheRow(const Variable& measure, SourcePosition at) {
    if (measure.grain.empty()) return true;
    return Fail(UsageAt("GRAIN",
                        absl::StrCat(measure.name, " is a value of ", measure.grain[0],
                                     ", which can have several rows"),
                        at, absl::StrCat("ask it of a dataset with one row for each ", measure.grain[0])));
  }

  // Who is in the model is then no public matter, whatever its factors are.
  bool HasSecretCondition() const {
    const auto is_secret = [this](const std::string& name) {
      const Variable* variable = entry_.FindVariable(name);
      const Variable* base = variable == nullptr ? nullptr : BaseVariable(entry_, *variable);
      return base == nullptr || base->kind != VariableKind::kIdentifying;
    };
    for (const Condition& condition : model_.conditions) {
      if (is_secret(condition.dimension.variable.name)) return true;
    }
    for (const auto& [alias, variables] : cells_.scope()) {
      for (const auto& [name, codes] : variables) {
        if (is_secret(name)) return true;
      }
    }
    return false;
  }

  bool Outcome() {
    for (const Condition& condition : model_.outcome_is) {
      const Variable* base = BaseOf(condition.dimension.variable);
      for (const ParsedTerm& term : model_.terms) {
        if (!term.factor || BaseOf(term.dimension.variable) != base) continue;
        return Fail(UsageAt("OUTCOME_IS_FACTOR", absl::StrCat(term.name, " is the outcome itself"),
                            term.at, "leave it out"));
      }
    }
    if (!model_.outcome_is.empty()) return true;
    const Variable* outcome = entry_.FindVariable(model_.outcome.name);
    KLUIS_CHECK(outcome != nullptr);
    if (outcome->role != VariableRole::kMeasure) {
      return Fail(UsageAt("NOT_A_MEASURE", absl::StrCat(model_.outcome_name, " is no measure"),
                          model_.outcome_at,
                          absl::StrCat("model whether it has a code: ", model_.outcome_name,
                                       " = 'code' ~ ..., with --family logit")));
    }
    if (!OfTheRow(*outcome, model_.outcome_at)) return false;
    if (model_.family != ModelFamily::kPoisson || !outcome->any_sign) return true;
    return Fail(UsageAt("OUTCOME_SIGN",
                        absl::StrCat(model_.outcome_name, " can be negative, so it is no count"),
                        model_.outcome_at, "fit a linear model: --family ols"));
  }

  bool Plans() {
    Decision<AggregationPlan> cells = MakePlan(cells_, catalogue_);
    if (!cells.allowed()) return Fail(cells.refusal());
    plan_.cells = std::move(cells).value();
    if (model_.family != ModelFamily::kOls) return true;
    Decision<AggregationPlan> totals = MakePlan(totals_, catalogue_);
    if (!totals.allowed()) return Fail(totals.refusal());
    plan_.totals = std::move(totals).value();
    return true;
  }

  // The levels are the rows of one factor alone.
  bool Levels() {
    const ReleaseShape& shape = plan_.cells.table.shape;
    std::vector<std::map<std::string, int>> numbers(shape.dimensions.size());
    plan_.spec.family = model_.family;
    plan_.spec.outcome = model_.outcome_name;
    plan_.spec.weighted = plan_.cells.table.weighted;
    size_t factor = 0;
    int column = model_.outcome_is.empty() ? 1 : 0;
    for (const ParsedTerm& parsed : model_.terms) {
      ModelTerm term{.name = parsed.name,
                     .levels = {},
                     .measure = parsed.factor ? -1 : column++,
                     .at = parsed.at};
      if (parsed.factor && !LevelsOf(factor++, parsed, &numbers, &term)) return false;
      plan_.spec.terms.push_back(std::move(term));
    }
    for (const ReleaseRow& row : shape.rows) {
      ModelCell cell{.levels = {}, .cell = row.cell, .outcome = {}};
      for (size_t d = 0; d < row.codes.size(); ++d) {
        const auto level = numbers[d].find(row.codes[d]);
        cell.levels.push_back(level == numbers[d].end() ? -1 : level->second);
      }
      if (!row.parts.empty()) cell.outcome = row.parts[0].in;
      plan_.spec.cells.push_back(std::move(cell));
    }
    return true;
  }

  bool LevelsOf(size_t factor, const ParsedTerm& parsed,
                std::vector<std::map<std::string, int>>* numbers, ModelTerm* term) {
    for (const ReleaseRow& row : plan_.cells.table.shape.rows) {
      bool alone = row.codes[factor] != kTotalCode;
      for (size_t d = 0; d < row.codes.size(); ++d)
        alone &= d == factor || row.codes[d] == kTotalCode;
      if (!alone) continue;
      (*numbers)[factor].emplace(row.codes[factor], static_cast<int>(term->levels.size()));
      term->levels.push_back(row.codes[factor]);
      if (identifying_[factor]) term->supports.push_back(SupportOf(row.cell));
    }
    if (term->levels.size() > 1) return true;
    return Fail(UsageAt("CONSTANT_FACTOR", absl::StrCat(parsed.name, " has one level here"),
                        parsed.at, "leave it out, or widen --where"));
  }

  // The cell with everything that not everyone knows at its total.
  int SupportOf(int cell) const {
    const AggregateTable& table = plan_.cells.table;
    CellKey key = table.keys[cell];
    for (size_t a = 0; a < key.size(); ++a) {
      if (table.axes[a].kind != VariableKind::kIdentifying) key[a] = 0;
    }
    const auto found = std::find(table.keys.begin(), table.keys.end(), key);
    KLUIS_CHECK(found != table.keys.end());  // it stands beside each displayed cell
    return static_cast<int>(found - table.keys.begin());
  }

  bool Size() {
    const ModelSpec& spec = plan_.spec;
    double combinations = 1;
    for (const ModelTerm& term : spec.terms) {
      if (term.is_factor()) combinations *= static_cast<double>(term.levels.size());
    }
    const bool measures = std::any_of(spec.terms.begin(), spec.terms.end(),
                                      [](const ModelTerm& term) { return !term.is_factor(); });
    if (!measures && spec.Parameters() >= combinations) {
      return Fail(
          RefuseAt(RefusalKind::kPolicy, "SATURATED",
                   "a model with as many coefficients as cells is the table of means itself",
                   model_.outcome_at, TableHint()));
    }
    if (spec.Parameters() <= kParametersMax) return true;
    return Fail(RefuseAt(RefusalKind::kPolicy, "TOO_MANY_PARAMETERS",
                         absl::StrCat("the model has ", spec.Parameters(), " coefficients, and ",
                                      kParametersMax, " is the most"),
                         model_.outcome_at, "use coarser levels or fewer terms"));
  }

  std::string TableHint() const {
    std::vector<std::string> items;
    for (const ParsedTerm& term : model_.terms) items.push_back(term.name);
    const std::string by = absl::StrJoin(items, ", ");
    items.push_back(model_.outcome_is.empty() ? absl::StrCat("AVG(", model_.outcome_name, ")")
                                              : absl::StrCat("SHARE(", model_.outcome_name, ")"));
    return absl::StrCat("ask for the table: SELECT ", absl::StrJoin(items, ", "), " FROM ",
                        model_.dataset, by.empty() ? "" : " GROUP BY ", by);
  }

  // What the model does not tell stays in the table as hidden cells, which are judged as what can
  // be derived. Where it tells less than all combinations, all of them may leave all the same.
  void Display() {
    AggregateTable& table = plan_.cells.table;
    const bool linear = model_.family == ModelFamily::kOls;
    const bool known = std::all_of(known_.begin(), known_.end(), [](bool k) { return k; });
    std::vector<ModelDisplay>& displays = plan_.spec.displays;
    if (!linear) displays.push_back({table.uses, table.sum_uses, table.shape.rows});
    if (linear || (known && model_.family != ModelFamily::kProbit)) {
      displays.push_back(Narrowed(linear));
    }
    if (linear && known_.size() > 1) {
      displays.push_back({table.uses, table.sum_uses, table.shape.rows});
    }
    table.uses = displays[0].uses;
    table.sum_uses = displays[0].sum_uses;
    table.shape.rows = displays[0].rows;
    plan_.cells.released_cells =
        static_cast<int64_t>(table.shape.rows.size() * table.shape.statistics.size());
  }

  // All units and single levels; of a linear model the counts of pairs that not everyone knows,
  // too.
  ModelDisplay Narrowed(bool linear) const {
    const AggregateTable& table = plan_.cells.table;
    ModelDisplay display{table.uses, linear ? table.uses : table.sum_uses, {}};
    display.complete_only = model_.outcome_is.empty() && known_.size() > 1;
    for (size_t r = 0; r < table.shape.rows.size(); ++r) {
      const ReleaseRow& row = table.shape.rows[r];
      bool secret = false;
      int factors = 0;
      for (size_t f = 0; f < known_.size(); ++f) {
        const bool used = plan_.spec.cells[r].levels[f] >= 0;
        factors += used ? 1 : 0;
        secret |= used && !known_[f];
      }
      if (factors >= 2 && linear) Hide(row.cell, &display.sum_uses);
      if (factors < 2 || (linear && secret)) {
        display.rows.push_back(row);
        continue;
      }
      Hide(row.cell, &display.uses);
      if (!display.sum_uses.empty()) Hide(row.cell, &display.sum_uses);
      for (const RowPart& part : row.parts) {
        for (const int cell : part.in) Hide(cell, &display.uses);
        for (const int cell : part.out) Hide(cell, &display.uses);
      }
    }
    return display;
  }

  static void Hide(int cell, std::vector<CellUse>* uses) {
    if ((*uses)[cell] == CellUse::kDisplayed) (*uses)[cell] = CellUse::kHidden;
  }

  static int FindMeasure(const AggregationPlan& plan, const std::string& column, bool squared) {
    const auto found =
        std::find_if(plan.measures.begin(), plan.measures.end(), [&](const PlanMeasure& measure) {
          return measure.column == column && measure.squared == squared && measure.times.empty();
        });
    KLUIS_CHECK(found != plan.measures.end());
    return static_cast<int>(found - plan.measures.begin());
  }

  void Columns() {
    std::vector<std::string> names;
    if (model_.outcome_is.empty()) names.push_back(model_.outcome.name);
    for (const ParsedTerm& term : model_.terms) {
      if (!term.factor) names.push_back(term.measure.name);
    }
    for (size_t j = 0; j < names.size(); ++j) {
      ModelColumn column{.name = names[j], .decimals = entry_.FindVariable(names[j])->decimals};
      column.in_cells = FindMeasure(plan_.cells, names[j], false);
      if (plan_.totals) {
        column.in_totals = FindMeasure(*plan_.totals, names[j], false);
        for (size_t k = 0; k < j; ++k) column.products.push_back(AddProduct(names[j], names[k]));
        column.products.push_back(FindMeasure(*plan_.totals, names[j], true));
      }
      plan_.spec.columns.push_back(std::move(column));
    }
    if (names.size() < 2) return;
    // Of units with a value of all of them, since only these are in the model.
    for (AggregationPlan* plan : {&plan_.cells, plan_.totals ? &*plan_.totals : nullptr}) {
      for (size_t m = 0; plan != nullptr && m < plan->measures.size(); ++m)
        plan->measures[m].complete = names;
    }
  }

  int AddProduct(const std::string& a, const std::string& b) {
    AggregationPlan& plan = *plan_.totals;
    const Variable &first = *entry_.FindVariable(a), &second = *entry_.FindVariable(b);
    const PlanMeasure product{.column = a,
                              .decimals = first.decimals + second.decimals,
                              .any_sign = first.any_sign || second.any_sign,
                              .times = b};
    const int place = static_cast<int>(plan.measures.size());
    plan.table.measures.push_back({.name = absl::StrCat(a, "*", b),
                                   .decimals = product.decimals,
                                   .any_sign = product.any_sign,
                                   .cells = {},
                                   .product = true});
    plan.measures.push_back(product);
    StatisticColumn column;
    column.name = absl::StrCat("product_", place);
    column.kind = StatisticKind::kSum;
    column.variable = place;
    column.decimals = product.decimals;
    ReleaseShape& shape = plan.table.shape;
    shape.column_order.push_back(
        static_cast<int>(shape.dimensions.size() + shape.statistics.size()));
    shape.statistics.push_back(std::move(column));
    plan.released_cells += static_cast<int64_t>(shape.rows.size());
    return place;
  }

  // The texts of the plans are written anew, since they were changed.
  void Finish() {
    plan_.canonical = absl::StrCat("model ", model_.canonical, "\n");
    const auto add = [this](const AuthorisedQuery& query, AggregationPlan* plan) {
      plan->canonical = PlanText(query, *plan);
      plan->sha256 = Sha256Text(plan->canonical);
      absl::StrAppend(&plan_.canonical, plan->canonical);
      plan_.judged_cells += plan->released_cells;
    };
    add(cells_, &plan_.cells);
    if (plan_.totals) add(totals_, &*plan_.totals);
    plan_.sha256 = Sha256Text(plan_.canonical);
    plan_.words = ModelWords(plan_.cells.words, plan_.spec, plan_.judged_cells);
  }

  const ParsedModel& model_;
  const AuthorisedQuery &cells_, &totals_;
  const CatalogueView& catalogue_;
  const DatasetEntry& entry_;
  std::vector<bool> identifying_;  // per factor
  std::vector<bool> known_;        // per factor: everyone knows who in the model has which level
  ModelPlan plan_;
  std::optional<Refusal> refusal_;
};

}  // namespace

Decision<ModelPlan> MakeModelPlan(const ParsedModel& model, const AuthorisedQuery& cells,
                                  const AuthorisedQuery& totals, const CatalogueView& catalogue) {
  return ModelPlanner(model, cells, totals, catalogue).Run();
}

}  // namespace kluis
