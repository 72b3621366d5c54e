// Where a model finds its statistics in the tables that are judged for it. Decided from the request
// and the code lists alone.
#ifndef KLUIS_DISCLOSURE_MODELS_MODEL_SPEC_H_
#define KLUIS_DISCLOSURE_MODELS_MODEL_SPEC_H_

#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/models/model_fit.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// A factor, or a measure.
struct ModelTerm {
  std::string name;                 // as written
  std::vector<std::string> levels;  // of a factor, in the order of the code list, two at least
  std::vector<int> supports = {};   // of a factor that everyone can judge: per level, the cell that
                                    // counts its units, whatever is secret about them; else none
  int measure = -1;                 // of a measure: its place in ModelSpec::columns
  SourcePosition at = {};           // where it is written
  bool is_factor() const { return measure < 0; }
};

// Units with these levels of the factors.
struct ModelCell {
  std::vector<int> levels;   // per factor of the model: index of its level, -1: all of them
  int cell = -1;             // in the table of cells
  std::vector<int> outcome;  // logit and probit: the cells of those with the outcome
};

// The outcome, or a measure among the terms.
struct ModelColumn {
  std::string name;
  int decimals = 0;
  int in_cells = -1;   // index in the measures of the table of cells
  int in_totals = -1;  // index in the measures of the table of totals
  // Likewise: of the products with each column up to this one, itself last.
  std::vector<int> products = {};
};

// One way to show the table of cells: what is displayed of it, as in AggregateTable.
struct ModelDisplay {
  std::vector<CellUse> uses, sum_uses;
  std::vector<ReleaseRow> rows;
  // It shows no counts of the units with a value that the model tells, but of all units: of use only
  // where these are the same.
  bool complete_only = false;
};

struct ModelSpec {
  ModelFamily family = ModelFamily::kOls;
  std::string outcome;  // as written
  std::vector<ModelTerm> terms;
  std::vector<ModelCell> cells;
  // [0] is the outcome, but of logit and probit, whose outcome is no measure.
  std::vector<ModelColumn> columns;
  // The model tells no more than each of these shows; one that could leave as a whole is enough.
  std::vector<ModelDisplay> displays;
  bool weighted = false;
  // Coefficients: the intercept, the levels of factors but one of each, the measures.
  int Parameters() const;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_MODEL_SPEC_H_
