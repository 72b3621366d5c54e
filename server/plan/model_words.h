// A model in plain words, for `--dry-run` and `--explain`. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_MODEL_WORDS_H_
#define KLUIS_SERVER_PLAN_MODEL_WORDS_H_

#include <string>

#include "disclosure/models/model_spec.h"

namespace kluis {

//   population: Persons (persoon) of 2022; where leeftijd is from 25 to 64
//   model:      ols of inkomen: the intercept, geslacht (1; 2 against 1), schuldbedrag; 3
//   coefficients judged:     12 statistics that the model tells: counts and sums of all units and
//   of each level,
//               and what else the coefficients follow from; a model is refused as a whole when one
//               of them would be suppressed
// `words`: those of the query of its cells, of which the population is kept, and what is coarser.
std::string ModelWords(const std::string& words, const ModelSpec& spec, int64_t judged_cells);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_MODEL_WORDS_H_
