// Problematic debts of the households.
#include <algorithm>

#include "server/demo/assumptions.h"
#include "server/demo/population.h"

namespace kluis::demo {
namespace {

constexpr const char* kHeerlen = "GM0917";

struct Planted {
  int all = -1, none = -1;  // neighbourhoods
};

// The two smallest neighbourhoods of Heerlen with at least three households.
Planted SmallestNeighbourhoods(const Geography& geography, const Population& population) {
  std::vector<int> households(geography.neighbourhoods.size());
  for (const Household& household : population.households) ++households[household.neighbourhood];
  std::vector<std::pair<int, int>> candidates;
  for (size_t n = 0; n < households.size(); ++n) {
    const District& district = geography.districts[geography.neighbourhoods[n].district];
    if (geography.MunicipalityOf(district).code == kHeerlen && households[n] >= 3) {
      candidates.push_back({households[n], static_cast<int>(n)});
    }
  }
  std::sort(candidates.begin(), candidates.end());
  if (candidates.size() < 2) return {};
  return {candidates[0].second, candidates[1].second};
}

double Logistic(double x) { return 1 / (1 + Exp(-x)); }

// What a household's logit holds apart from the constant: its district, and its place in it.
double Slope(const District& district, const Household& household) {
  return kDebtSlope * district.income_low + 1.2 * (0.5 - household.rank);
}

}  // namespace

void AddDebts(const Geography& geography, uint64_t seed, Population& population) {
  Random random(seed, "debts");
  const Planted planted = SmallestNeighbourhoods(geography, population);
  std::vector<double> draws, slopes;
  std::vector<size_t> heerlen;
  int wanted = 0;
  for (size_t i = 0; i < population.households.size(); ++i) {
    const Household& household = population.households[i];
    const District& district =
        geography.districts[geography.neighbourhoods[household.neighbourhood].district];
    draws.push_back(random.Unit());
    slopes.push_back(Slope(district, household));
    if (geography.MunicipalityOf(district).code != kHeerlen) continue;
    ++wanted;
    if (household.neighbourhood != planted.none && household.type != kInstitution)
      heerlen.push_back(i);
  }
  wanted = static_cast<int>(wanted * kDebtShareHeerlen + 0.5);
  const auto has_debt = [&](size_t i, double constant) {
    const Household& household = population.households[i];
    if (household.neighbourhood == planted.all) return true;
    if (household.neighbourhood == planted.none || household.type == kInstitution) return false;
    return draws[i] < Logistic(constant + slopes[i]);
  };
  double low = -20, high = 20;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    const auto count = std::count_if(heerlen.begin(), heerlen.end(),
                                     [&](size_t i) { return has_debt(i, middle); });
    (count < wanted ? low : high) = middle;
  }
  for (size_t i = 0; i < population.households.size(); ++i) {
    Household& household = population.households[i];
    const double amount = Exp(Log(11000) + 1.1 * random.Normal());
    household.debt = has_debt(i, high);
    if (household.debt) household.debt_amount = static_cast<int64_t>(amount) + 500;
  }
}

}  // namespace kluis::demo
