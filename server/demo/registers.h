// The registers as they are delivered: CBS's file and column names, episodes, key pairs, and the
// dirt that real deliveries have. The analysis files are what remains after cleaning.
#ifndef KLUIS_SERVER_DEMO_REGISTERS_H_
#define KLUIS_SERVER_DEMO_REGISTERS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/demo/businesses.h"
#include "server/demo/offices.h"
#include "server/demo/population.h"
#include "server/demo/survey.h"

namespace kluis::demo {

// Everything that was generated.
struct World {
  uint64_t seed = 0;
  Geography geography;
  Population population;
  Economy economy;
  std::vector<Office> offices;
  std::vector<Respondent> respondents;
};

using Progress = std::function<void(absl::string_view)>;

// Persons, addresses, households, incomes, activities, benefits and debts. Dirt: persons without an
// address, a key of kind 'G', end dates 88888888, sentinels for unobserved incomes.
absl::Status WritePersonRegisters(const World& world, const std::string& folder,
                                  const Progress& progress);

// Businesses, establishments, buildings, the survey and the municipality's own files. Dirt: objects
// without a neighbourhood, establishments twice, businesses without a group, overlapping rows, keys
// that lost their leading zeros.
absl::Status WriteOtherRegisters(const World& world, const std::string& folder,
                                 const Progress& progress);

// The address object of a household's dwelling and of an establishment.
std::string DwellingObject(int household);
std::string OfficeObject(int office);
// Nine digits, without the kind of key.
std::string Rin(int person);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_REGISTERS_H_
