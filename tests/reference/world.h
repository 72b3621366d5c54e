// Small random registers with the catalogue entries that describe them: what the reference evaluator
// reads in memory, and what the import reads as files.
#ifndef KLUIS_TESTS_REFERENCE_WORLD_H_
#define KLUIS_TESTS_REFERENCE_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/attacks/random.h"

namespace kluis {

inline constexpr int kMissingValue = -1;

enum class Secrecy { kIdentifying, kMixed, kConfidential };

struct ListedCode {
  std::string code;
  int parent;  // index in the list; -1: none
  int level;   // from 1
};

// Its values are indices of codes that the register may hold, whole numbers of a range, or
// kMissingValue.
struct RegisterDimension {
  std::string name;
  Secrecy kind = Secrecy::kIdentifying;
  std::vector<ListedCode> codes;    // empty: a range
  std::vector<std::string> levels;  // named levels 1..n; empty: one level, or none is named
  int low = 0, high = 0;            // of a range
  int band_from = 0, band_to = 0;
  std::vector<int> widths;
  bool missing = false;                             // declared
  std::vector<std::pair<std::string, int>> others;  // variables `of` this one, and their levels

  bool is_range() const { return codes.empty(); }
  int level_count() const;           // 1 of a range or a flat list
  std::vector<int> Values() const;   // in code-list order, without kMissingValue
  int Counted(int value) const;      // a code below the named levels counts as the one above it
};

struct RegisterMeasure {
  std::string name;
  int decimals = 0;
  bool any_sign = false;
};

struct RegisterRow {
  std::vector<int> values;                         // per dimension
  std::vector<std::optional<int64_t>> measures;    // scaled
  std::vector<std::optional<std::string>> ids;     // per identifier
};

struct RegisterLink {
  std::string name;
  std::vector<std::string> key;  // of the first register and of the other one alike
  Secrecy membership = Secrecy::kMixed;
};

struct Register {
  std::string name;
  std::vector<RegisterDimension> dimensions;
  std::vector<RegisterMeasure> measures;
  std::vector<std::string> ids;
  std::vector<std::string> contributor;  // of `ids`, from small to large
  int weight = -1;                       // of `measures`
  std::vector<RegisterRow> rows;

  int IdOf(const std::string& id) const;
};

// registers[0] is asked; links[i] goes from it to registers[i + 1].
struct RegisterWorld {
  std::vector<Register> registers;
  std::vector<RegisterLink> links;
};

RegisterWorld RandomWorld(Random* random);

// The files of a world by name: NAME.yaml, NAME.csv, and code lists, which are relative to policies/.
std::map<std::string, std::string> FilesOf(const RegisterWorld& world);

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_WORLD_H_
