// The statistics of a model, taken from the tables that were judged for it.
#ifndef KLUIS_DISCLOSURE_MODELS_MODEL_TABLE_H_
#define KLUIS_DISCLOSURE_MODELS_MODEL_TABLE_H_

#include <cstdint>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "disclosure/models/model_fit.h"
#include "disclosure/models/model_spec.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// A regressor: a level of a factor as a column of 0 and 1, or a measure.
struct Regressor {
  int term = 0;     // index in ModelSpec::terms
  int factor = -1;  // of the factors; -1: a measure
  int level = -1;   // index in ModelTerm::levels
};

// The tables of a model, filled. `spec` and the tables must outlive it.
class ModelTable {
 public:
  // `totals` may be null where the family is not kOls.
  ModelTable(const ModelSpec& spec, const AggregateTable& cells, const AggregateTable* totals);

  // Levels in use, per term: all but those that everyone knows to be empty. The first is what the
  // others are compared with. Of a measure none.
  const std::vector<std::vector<int>>& levels() const { return levels_; }
  const std::vector<Regressor>& regressors() const { return regressors_; }

  bool IsComplete() const;       // no unit is left out for want of a value
  int64_t rows() const;          // in the model: with a value of every measure
  int64_t contributors() const;  // of these at most
  // Likewise, with a level of a factor.
  int64_t ContributorsOf(int factor, int level) const;

  std::variant<ModelFit, NoFit> Fit() const;

  // The largest mean of the outcome, in size, over all units and each level. REQUIRES: kOls.
  long double LargestMean() const;

 private:
  struct Sums {
    int64_t rows = 0;
    absl::int128 n = 0;  // weight; rows when unweighted
  };
  const ModelCell& At(const std::vector<std::pair<int, int>>& factor_levels) const;
  Sums SumsOf(const ModelCell& cell) const;
  std::variant<ModelFit, NoFit> FitLinear() const;
  std::variant<ModelFit, NoFit> FitCells() const;
  absl::int128 Product(const Regressor& a, const Regressor& b) const;
  absl::int128 SumOf(const Regressor& regressor) const;
  const Contributions& ColumnIn(const ModelCell& cell, int column) const;

  const ModelSpec& spec_;
  const AggregateTable& cells_;
  const AggregateTable* totals_;
  int factors_ = 0;
  std::vector<std::vector<int>> levels_;
  std::vector<Regressor> regressors_;
  std::map<std::vector<int>, int> places_;  // levels per factor -> index in ModelSpec::cells
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_MODEL_TABLE_H_
