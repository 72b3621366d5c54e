// A request for a model -> ParsedModel. The formula is a small language of its own; names,
// dimensions and conditions in it are those of queries, and so are refusals.
#ifndef KLUIS_SERVER_QUERY_PARSED_MODEL_H_
#define KLUIS_SERVER_QUERY_PARSED_MODEL_H_

#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/models/model_fit.h"
#include "server/query/parsed_query.h"

namespace kluis {

struct ModelText {
  std::string formula;  // "inkomen ~ factor(geslacht) + schuldbedrag"
  std::string dataset;
  std::string where;   // as after WHERE; empty: none
  std::string family;  // "ols", "logit", "probit", "poisson"
};

// The request as one text, which positions in refusals refer to and the log keeps:
//   inkomen ~ factor(geslacht)
//   FROM persoon
//   WHERE gemeente = 'GM0917'
std::string RequestText(const ModelText& text);

// x or factor(x).
struct ParsedTerm {
  bool factor = false;
  DimensionRef dimension;  // of a factor
  NameRef measure;         // else
  std::string name;        // "geslacht", "LEVEL(buurt, 'wijk')", or the alias
  SourcePosition at;
};

struct ParsedModel {
  ModelFamily family = ModelFamily::kOls;
  NameRef outcome;                    // a measure: ols and poisson
  std::vector<Condition> outcome_is;  // logit and probit: units that meet it have the outcome
  std::string outcome_name;
  SourcePosition outcome_at;
  std::vector<ParsedTerm> terms;  // in the order written
  std::string dataset;
  SourcePosition dataset_at;
  std::vector<Condition> conditions;
  std::string canonical;  // for the log
};

// Cost O(terms x length). Refusals of kind kUsage with position, reason and hint, as ParseQuery();
// the family is at no position.
Decision<ParsedModel> ParseModel(const ModelText& text);

// The table that a model tells at most, as a query: the counts, and the sums of the measures, of all
// units, of each level of each factor, and of each pair of levels of two factors; for other families
// than kOls of each combination of the levels of all factors, too. The factors are its dimensions, in
// order; its measures are the outcome, then those among the terms.
ParsedQuery CellsQuery(const ParsedModel& model);

// The other table of a linear model: the sums of squares of all units together. Products of two
// measures are added by the plan.
ParsedQuery TotalsQuery(const ParsedModel& model);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_PARSED_MODEL_H_
