// What a line of a table tells without any program: where a total is shown, the sum of its parts
// that are not shown is known exactly, and must be no secret itself.
#ifndef KLUIS_TESTS_ATTACKS_LINES_H_
#define KLUIS_TESTS_ATTACKS_LINES_H_

#include <string>
#include <vector>

#include "tests/attacks/attack.h"
#include "tests/attacks/instance.h"

namespace kluis {

struct SecretSum {
  std::string variable, rule = {};
  int total = -1;               // the cell that is shown
  std::vector<int> cells = {};  // its parts that are not
  int64_t contributors = 0;     // of these together, counted in the register
};

// The sensitive sums that lines give away, by the contributors of the register.
std::vector<SecretSum> SecretSumsOfLines(const Instance& instance, const Published& published);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_LINES_H_
