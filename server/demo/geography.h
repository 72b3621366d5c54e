// Municipalities and districts from the published figures, and the neighbourhoods made within them.
#ifndef KLUIS_SERVER_DEMO_GEOGRAPHY_H_
#define KLUIS_SERVER_DEMO_GEOGRAPHY_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kluis::demo {

// Age groups of the figures: 0-14, 15-24, 25-44, 45-64, 65 and over.
inline constexpr int kAgeGroups = 5;
inline constexpr int kAgeGroupStart[kAgeGroups + 1] = {0, 15, 25, 45, 65, 105};

struct Municipality {
  std::string code, name;  // GM0917
  int population = 0;
  double income_low = 0, income_high = 0;  // per cent of persons
};

struct District {
  std::string code, name;  // WK091711
  int municipality = 0;
  int population = 0;  // after reconciliation
  int published_population = 0;
  int dwellings = 0;
  std::array<int, kAgeGroups> age_percent{};
  // Per cent of persons in the national lowest 40% and highest 20%; of the municipality where the
  // district has no figure.
  double income_low = 0, income_high = 0;
  int first_neighbourhood = 0, neighbourhoods = 0;
};

struct Neighbourhood {
  std::string code, name;  // BU09171102
  int district = 0;
  int population = 0;  // what the generator aims at
};

struct Geography {
  std::vector<Municipality> municipalities;
  std::vector<District> districts;
  std::vector<Neighbourhood> neighbourhoods;
  // Men and women by five-year age group, 0-4 ... 95+.
  std::array<std::array<int, 2>, 20> age_base{};

  const Municipality& MunicipalityOf(const District& d) const {
    return municipalities[d.municipality];
  }
};

// Reads wijken_parkstad_2022.csv, gemeenten_parkstad_2022.csv and leeftijd_postcode64.csv.
//
// District populations are published rounded to 5; the municipality's is exact. They are reconciled
// by one person at a time, from the largest district on. `shrink` divides every population (for
// tests): the neighbourhoods stay. NOT_FOUND, or INVALID_ARGUMENT for figures out of form.
absl::StatusOr<Geography> ReadGeography(const std::string& figures, int shrink);

// policies/demo/codes/buurt.csv: municipality, district, neighbourhood.
std::string NeighbourhoodCodeList(const Geography& geography);

// Whole numbers in proportion to `weights` that sum to `total`: largest remainders, the first of
// equals. REQUIRES: a positive weight.
std::vector<int> Apportion(int total, const std::vector<int>& weights);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_GEOGRAPHY_H_
