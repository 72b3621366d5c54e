// The slow reference: what a question asks, by reading it word by word for one unit after another.
#ifndef KLUIS_TESTS_SERVER_PLAN_READING_H_
#define KLUIS_TESTS_SERVER_PLAN_READING_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/server/plan/question.h"

namespace kluis {

struct Unit {
  int buurt, geslacht, herkomst, schuld;  // stored values
  bool partner;
  int type, hgeslacht;  // of the partner
  int64_t weight;
};

// Every possible unit once, with a random weight of its own.
std::vector<Unit> EveryUnit(std::mt19937* random);

// Data hold a missing value only where the catalogue declares it.
std::vector<Unit> UnitsOf(const Question& question, const std::vector<Unit>& every);

// The codes of each row that is shown, and its sum of weights.
using ShownTable = std::map<std::vector<std::string>, int64_t>;
ShownTable ByReading(const Question& question, const std::vector<Unit>& units);

// Those of the units that meet the conditions of a SHARE or a FILTER.
std::vector<Unit> UnitsOfPart(const Part& part, const std::vector<Unit>& units);

// What everyone can tell of a unit keeps it out of the table altogether.
bool IsThere(const Question& question, const Unit& unit);

// Whether a unit that is there is in a category of an axis, hidden ones too.
bool Belongs(const Question& question, const Axis& axis, int category, const Unit& unit);

// What stands in refusals: a CASE that has no class for some unit of the whole catalogue, whatever
// the query leaves of them, two columns that cut through each other's classes, conditions that
// leave nothing, and those of a part that leave nothing of a variable.
bool LeavesCodesOut(const Question& question, const std::vector<Unit>& units);
bool CutsThrough(const Question& question, const std::vector<Unit>& units);
bool LeavesNothing(const Question& question, const std::vector<Unit>& units);
bool LeavesNoPart(const Question& question, const std::vector<Unit>& units);

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_PLAN_READING_H_
