#include "server/query/parsed_model.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/query/canonical.h"
#include "server/query/conditions.h"
#include "server/query/expressions.h"
#include "server/query/formula.h"
#include "server/query/nearest_name.h"

namespace kluis {
namespace {

constexpr ModelFamily kFamilies[] = {ModelFamily::kOls, ModelFamily::kLogit, ModelFamily::kProbit,
                                     ModelFamily::kPoisson};
constexpr char kConditionHint[] =
    "write conditions as after WHERE: gemeente = 'GM0917' AND leeftijd >= 25";
constexpr char kTermHint[] = "write terms as variable or factor(variable), with + between them";

bool IsBinary(ModelFamily family) {
  return family == ModelFamily::kLogit || family == ModelFamily::kProbit;
}

int LinesOf(absl::string_view text) {
  return 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

// A SELECT with these fields only: any other was smuggled in by what stands in a piece.
bool HasOnly(ParseContext& context, const Json& select, std::initializer_list<const char*> known,
             const char* hint) {
  for (const auto& [field, value] : select.items()) {
    const bool plain = field == "limitOption" || field == "op" ||
                       std::any_of(known.begin(), known.end(),
                                   [&name = field](const char* k) { return name == k; });
    if (plain) continue;
    const int start = static_cast<int>(context.source.text().find('\n')) + 1;  // of the piece
    return context.Refuse("SYNTAX_ERROR", std::max(LocationOf(value, 0), start),
                          "this is no part of a model", hint);
  }
  return true;
}

class ModelParser {
 public:
  explicit ModelParser(const ModelText& text) : text_(text) {}

  Decision<ParsedModel> Run() {
    if (!Text() || !Family() || !Formula() || !Dataset() || !Where()) return *refusal_;
    model_.canonical = Canonical();
    return std::move(model_);
  }

 private:
  bool Fail(Refusal refusal) {
    refusal_ = std::move(refusal);
    return false;
  }

  bool Text() {
    const std::string all = RequestText(text_);
    if (auto refusal = SourceText(all).Check()) return Fail(*refusal);
    return true;
  }

  bool Family() {
    std::vector<std::string> names;
    for (const ModelFamily family : kFamilies) {
      names.push_back(ModelFamilyName(family));
      if (text_.family != names.back()) continue;
      model_.family = family;
      return true;
    }
    return Fail(UsageAt("FAMILY", "no such family of models", {},
                        DidYouMean(text_.family, names,
                                   absl::StrCat("the families are ", absl::StrJoin(names, ", ")))));
  }

  // Runs `read` on the statement that a piece becomes behind `before`; its lines start at
  // `first_line`. Syntax errors get `hint`.
  template <typename Read>
  bool Parse(const std::string& statement, int first_line, const char* hint, const Read& read) {
    const SourceText source(statement, first_line);
    ParseContext context{.source = source, .refusal = std::nullopt};
    const Json tree = ParseStatement(context);
    if (!context.refusal.has_value()) {
      const auto [kind, select] = Unwrap(tree);
      if (kind == "SelectStmt" && read(context, *select)) return true;
    } else if (context.refusal->code == "SYNTAX_ERROR") {
      context.refusal->hint = hint;
    } else if (context.refusal->code == "SEVERAL_STATEMENTS") {
      context.refusal->message = "a semicolon is no part of a model";
      context.refusal->hint = hint;
    }
    if (!context.refusal.has_value()) {
      context.Refuse("SYNTAX_ERROR", static_cast<int>(statement.find('\n') + 1),
                     "this is no part of a model", hint);
    }
    return Fail(*context.refusal);
  }

  bool Formula() {
    const SourceText source(text_.formula);
    ParseContext context{.source = source, .refusal = std::nullopt};
    const auto pieces = CutFormula(context);
    if (!pieces.has_value()) return Fail(*context.refusal);
    model_.outcome_at = source.At(pieces->outcome.at);
    if (!(IsBinary(model_.family) ? ConditionOutcome(pieces->outcome)
                                  : MeasureOutcome(pieces->outcome))) {
      return false;
    }
    for (const FormulaPiece& piece : pieces->terms) {
      ParsedTerm term{.factor = piece.factor,
                      .dimension = {},
                      .measure = {},
                      .name = {},
                      .at = source.At(piece.at)};
      const absl::string_view written =
          absl::string_view(text_.formula).substr(piece.begin, piece.end - piece.begin);
      if (!piece.factor && written == "1") continue;  // the intercept
      if (!(piece.factor ? FactorTerm(piece, &term) : MeasureTerm(piece, &term))) return false;
      if (!CheckNew(term)) return false;
      model_.terms.push_back(std::move(term));
    }
    return true;
  }

  bool CheckNew(const ParsedTerm& term) {
    const bool twice =
        std::any_of(model_.terms.begin(), model_.terms.end(),
                    [&](const ParsedTerm& other) { return other.name == term.name; });
    const bool outcome =
        !term.factor && !IsBinary(model_.family) && term.name == model_.outcome_name;
    if (!twice && !outcome) return true;
    return Fail(UsageAt("DUPLICATE_TERM",
                        outcome ? absl::StrCat(term.name, " is the outcome itself")
                                : absl::StrCat("two terms are called ", term.name),
                        term.at,
                        outcome ? "leave it out" : "leave one out, or name it: factor(x AS name)"));
  }

  // The only expression of a SELECT without clauses.
  static const Json* OnlyTarget(ParseContext& context, const Json& select, const char* hint) {
    const Json& targets = ListAt(select, "targetList");
    if (!HasOnly(context, select, {"targetList"}, hint)) return nullptr;
    if (targets.size() == 1 && Unwrap(targets[0]).first == "ResTarget") return &targets[0];
    if (targets.size() > 1)
      context.Refuse("TERM_FORM", LocationOf(targets[1], 0), "a comma is no sign of a formula",
                     hint);
    return nullptr;
  }

  bool MeasureOutcome(const FormulaPiece& piece) {
    const char* hint =
        "write the name of a measure; for whether a unit meets a condition, add --family logit";
    return Parse(PieceText(text_.formula, piece, "SELECT"), 0, hint,
                 [&](ParseContext& context, const Json& select) {
                   const Json* target = OnlyTarget(context, select, hint);
                   if (target == nullptr) return false;
                   const Json value = (*target)["ResTarget"].value("val", Json());
                   const bool named = !TextAt((*target)["ResTarget"], "name").empty();
                   if (named || Unwrap(value).first != "ColumnRef") {
                     return context.Refuse("OUTCOME_FORM", LocationOf(*target, 0),
                                           "the outcome is the name of a measure", hint);
                   }
                   if (!ParseName(context, value, &model_.outcome)) return false;
                   model_.outcome_name = model_.outcome.name;
                   return true;
                 });
  }

  bool ConditionOutcome(const FormulaPiece& piece) {
    const char* hint = "write a condition as outcome: schuld = 'ja' ~ ...";
    return Parse(
        PieceText(text_.formula, piece, "SELECT COUNT(*) FROM d WHERE"), 0, hint,
        [&](ParseContext& context, const Json& select) {
          if (!HasOnly(context, select, {"targetList", "fromClause", "whereClause"}, hint) ||
              !select.contains("whereClause")) {
            return false;
          }
          const Json& where = select["whereClause"];
          if (Unwrap(where).first == "ColumnRef") {
            return context.Refuse("OUTCOME_FORM", LocationOf(where, 0),
                                  "this model needs to know which units have the outcome", hint);
          }
          if (!ParseConditions(context, where, &model_.outcome_is)) return false;
          model_.outcome_name = text_.formula.substr(piece.begin, piece.end - piece.begin);
          return true;
        });
  }

  bool FactorTerm(const FormulaPiece& piece, ParsedTerm* term) {
    const char* hint =
        "write factor(variable), factor(LEVEL(variable, 'name')) or factor(BAND(variable, width))";
    return Parse(PieceText(text_.formula, piece, "SELECT"), 0, hint,
                 [&](ParseContext& context, const Json& select) {
                   SelectItem item;
                   const Json* target = OnlyTarget(context, select, hint);
                   if (target == nullptr || !ParseSelectItem(context, *target, &item)) return false;
                   const auto* dimension = std::get_if<DimensionRef>(&item.value);
                   if (dimension == nullptr) {
                     return context.Refuse("TERM_FORM", LocationOf(*target, 0),
                                           "a statistic is no factor", "write factor(variable)");
                   }
                   term->dimension = *dimension;
                   term->name = item.alias.empty() ? CanonicalDimension(*dimension) : item.alias;
                   return true;
                 });
  }

  bool MeasureTerm(const FormulaPiece& piece, ParsedTerm* term) {
    return Parse(PieceText(text_.formula, piece, "SELECT"), 0, kTermHint,
                 [&](ParseContext& context, const Json& select) {
                   const Json* target = OnlyTarget(context, select, kTermHint);
                   if (target == nullptr) return false;
                   const Json value = (*target)["ResTarget"].value("val", Json());
                   if (Unwrap(value).first != "ColumnRef" ||
                       !TextAt((*target)["ResTarget"], "name").empty()) {
                     const bool dimension = LooksLikeDimension(value);
                     return context.Refuse(
                         "TERM_FORM", LocationOf(*target, 0),
                         dimension ? "a dimension is a factor" : "this is no term of a model",
                         dimension ? "write factor(...) around it" : kTermHint);
                   }
                   if (!ParseName(context, value, &term->measure)) return false;
                   term->name = term->measure.name;
                   return true;
                 });
  }

  bool Dataset() {
    model_.dataset = text_.dataset;
    model_.dataset_at = {LinesOf(text_.formula) + 1, 6};
    if (!absl::StripAsciiWhitespace(text_.dataset).empty()) return true;
    return Fail(
        UsageAt("NO_DATASET", "the model is of no dataset", {}, "name one: --dataset persoon"));
  }

  bool Where() {
    if (text_.where.empty()) return true;
    const int from = model_.dataset_at.line + LinesOf(text_.dataset) - 1;
    if (absl::StripAsciiWhitespace(text_.where).empty()) {
      return Fail(
          UsageAt("EMPTY_CONDITION", "the condition is empty", {from + 1, 7}, kConditionHint));
    }
    return Parse(absl::StrCat("SELECT COUNT(*) FROM d\nWHERE ", text_.where), from, kConditionHint,
                 [&](ParseContext& context, const Json& select) {
                   return HasOnly(context, select, {"targetList", "fromClause", "whereClause"},
                                  kConditionHint) &&
                          select.contains("whereClause") &&
                          ParseConditions(context, select["whereClause"], &model_.conditions);
                 });
  }

  std::string Canonical() const {
    std::vector<std::string> terms = {"1"};
    for (const ParsedTerm& term : model_.terms) {
      if (!term.factor) {
        terms.push_back(term.name);
        continue;
      }
      const std::string of = CanonicalDimension(term.dimension);
      terms.push_back(
          absl::StrCat("factor(", of, of == term.name ? "" : absl::StrCat(" AS ", term.name), ")"));
    }
    const std::string outcome =
        model_.outcome_is.empty() ? model_.outcome_name : CanonicalConditions(model_.outcome_is);
    return absl::StrCat(ModelFamilyName(model_.family), " ", outcome, " ~ ",
                        absl::StrJoin(terms, " + "), " FROM ", model_.dataset,
                        model_.conditions.empty() ? "" : " WHERE ",
                        CanonicalConditions(model_.conditions));
  }

  const ModelText& text_;
  ParsedModel model_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::string RequestText(const ModelText& text) {
  return absl::StrCat(text.formula, "\nFROM ", text.dataset, text.where.empty() ? "" : "\nWHERE ",
                      text.where);
}

Decision<ParsedModel> ParseModel(const ModelText& text) { return ModelParser(text).Run(); }

}  // namespace kluis
