// Random tables small enough to be solved in every way: cells, relations, requirements and
// contributors as Protect() would hand them to the search, drawn without it.
#ifndef KLUIS_TESTS_ATTACKS_SMALL_SYSTEMS_H_
#define KLUIS_TESTS_ATTACKS_SMALL_SYSTEMS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "disclosure/suppression/system.h"
#include "disclosure/table/axis.h"
#include "disclosure/table/grid.h"

namespace kluis {

enum class Shape { kRow, kTree, kTwoWay, kTreeByRow, kThreeWay };
enum class Response { kCounts, kSums };

inline constexpr Shape kShapes[] = {Shape::kRow, Shape::kTree, Shape::kTwoWay, Shape::kTreeByRow,
                                    Shape::kThreeWay};
inline constexpr Response kResponses[] = {Response::kCounts, Response::kSums};

// "two-way table of sums".
std::string NameOf(Shape shape, Response response);

struct SmallSystem {
  Shape shape = Shape::kRow;
  Response response = Response::kCounts;
  uint64_t seed = 0;
  std::vector<Axis> axes;
  std::vector<CellKey> keys;
  std::unique_ptr<const Grid> grid;
  System system;
};

// Equal for equal arguments. Counts: ordinary, zeros published, minimum 3, 5 or 10. Sums: p% with
// p = 10 or 15 and minimum 3; a firm in several cells now and then; every contributor of a cell
// that matters is listed, and one more. The cost of a cell is its value, at least 1.
SmallSystem DrawSmallSystem(Shape shape, Response response, uint64_t seed);

// Cell by cell, with `suppressed` marked: "12x" sensitive, "40." secondary.
std::string Describe(const SmallSystem& small, const std::vector<bool>& suppressed);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_SMALL_SYSTEMS_H_
