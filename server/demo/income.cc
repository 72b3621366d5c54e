// Incomes, social minimum, social assistance and activities of the population.
#include <algorithm>
#include <numeric>

#include "server/demo/assumptions.h"
#include "server/demo/population.h"

namespace kluis::demo {
namespace {

// Additional adults and children raise what a household needs.
double Equivalence(const Household& household, const std::vector<Person>& persons) {
  static constexpr double kChild[] = {0, 0.30, 0.51, 0.70, 0.88, 1.05, 1.20};
  int children = 0;
  for (int i = 0; i < household.size; ++i) {
    if (persons[household.first_person + i].role == Role::kChild) ++children;
  }
  const int adults = household.size - children;
  return 1 + 0.37 * (adults - 1) + kChild[std::min(children, 6)];
}

double TypeEffect(HouseholdType type) {
  switch (type) {
    case kSingle:
      return -0.45;
    case kSingleParent:
      return -0.7;
    case kMarriedCouple:
      return 0.25;
    case kMarriedParents:
      return 0.35;
    case kUnmarriedParents:
      return 0.25;
    case kUnmarriedCouple:
      return 0.3;
    default:
      return 0;
  }
}

// The income distribution of a district: exp(Normal(mean, spread)).
struct Lognormal {
  double mean = 0, spread = 0;
};

// Two published shares give two parameters: P(x < kIncome40) = low, P(x > kIncome80) = high.
Lognormal Calibrate(const District& district) {
  const double z_low = NormalQuantile(district.income_low / 100);
  const double z_high = NormalQuantile(1 - district.income_high / 100);
  const double spread = (Log(kIncome80) - Log(kIncome40)) / (z_high - z_low);
  return {Log(kIncome40) - z_low * spread, spread};
}

double IncomeAt(const Lognormal& shape, double rank) {
  const double body = std::min(rank, 1 - kParetoShare);
  double income = Exp(shape.mean + shape.spread * NormalQuantile(body));
  if (rank > body) income *= Exp(Log(kParetoShare / (1 - rank)) / kParetoAlpha);
  return income;
}

// Ranks the households of a district by a score and weighs them by their persons.
void RankHouseholds(const std::vector<int>& members, Random& random, Population& population) {
  std::vector<std::pair<double, int>> scored;
  double persons = 0;
  for (const int index : members) {
    const Household& household = population.households[index];
    const int age = population.persons[household.first_person].age;
    const double age_effect = age < 27 ? -0.8 : age > 67 ? -0.25 : 0;
    scored.push_back({TypeEffect(household.type) + age_effect + random.Normal(), index});
    persons += household.size;
  }
  std::stable_sort(scored.begin(), scored.end());
  double before = 0;
  for (const auto& [score, index] : scored) {
    Household& household = population.households[index];
    household.rank = (before + household.size * 0.5) / persons;
    before += household.size;
  }
}

void DrawIncome(const Lognormal& shape, Random& random, const std::vector<Person>& persons,
                Household& household) {
  const double unobserved = random.Unit(), negative = random.Unit();
  if (unobserved < kUnobservedShare) return;
  double income = IncomeAt(shape, household.rank);
  if (household.rank < 0.1 && negative < kNegativeShare * 10) income = -500 - 29500 * random.Unit();
  household.standardised = static_cast<int64_t>(income);
  household.disposable = static_cast<int64_t>(income * Equivalence(household, persons));
}

// The income that `share` of the observed households of Heerlen do not exceed, with the noise of
// norms that differ by household.
void SetMinimum(const Geography& geography, Random& random, Population& population) {
  std::vector<double> need(population.households.size()), heerlen;
  for (size_t i = 0; i < need.size(); ++i) {
    const Household& household = population.households[i];
    need[i] = static_cast<double>(household.standardised) * (0.9 + 0.2 * random.Unit());
    if (!household.observed()) continue;
    const Neighbourhood& place = geography.neighbourhoods[household.neighbourhood];
    if (geography.MunicipalityOf(geography.districts[place.district]).code == "GM0917") {
      heerlen.push_back(need[i]);
    }
  }
  std::sort(heerlen.begin(), heerlen.end());
  const double limit =
      heerlen[static_cast<size_t>(static_cast<double>(heerlen.size()) * kMinimumShareHeerlen)];
  for (size_t i = 0; i < need.size(); ++i) {
    Household& household = population.households[i];
    if (!household.observed()) continue;
    household.minimum_percent =
        static_cast<int>(std::min(999.0, std::max(0.0, need[i] / limit * 110)));
    household.scheme = random.Chance(household.minimum() ? kSchemeMinimum : kSchemeOther);
  }
}

// Adults of working age in minimum-income households, in the order of a score, until the number of
// receivers per inhabitant in Heerlen is the assumed one.
void AddAssistance(const Geography& geography, Random& random, Population& population) {
  std::vector<std::pair<double, int>> scored;
  int persons = 0;
  for (size_t i = 0; i < population.households.size(); ++i) {
    const Household& household = population.households[i];
    const Neighbourhood& place = geography.neighbourhoods[household.neighbourhood];
    const bool heerlen =
        geography.MunicipalityOf(geography.districts[place.district]).code == "GM0917";
    if (heerlen) persons += household.size;
    if (!household.minimum() || household.type == kInstitution) continue;
    double score = household.minimum_percent / 60.0 + random.Normal();
    if (household.type == kSingleParent) score -= 0.8;
    scored.push_back({score, heerlen ? static_cast<int>(i) : -1 - static_cast<int>(i)});
  }
  std::stable_sort(scored.begin(), scored.end());
  int left = static_cast<int>(persons * kAssistanceShareHeerlen);
  for (const auto& [score, signed_index] : scored) {
    if (left <= 0) break;
    const Household& household =
        population.households[signed_index >= 0 ? signed_index : -1 - signed_index];
    for (int k = 0; k < household.size; ++k) {
      Person& person = population.persons[household.first_person + k];
      if (person.role == Role::kChild || person.age < 18 || person.age > 66) continue;
      person.assistance = true;
      if (signed_index >= 0) --left;
    }
  }
}

int ActivityOf(const Person& person, double rank, Random& random) {
  const double draw = random.Unit(), second = random.Unit();
  if (person.assistance) return 22;
  if (person.age < 15) return 31;
  if (person.age < 24 && draw < (24 - person.age) * 0.12) return second < 0.6 ? 26 : 31;
  if (person.age >= 67) return draw < 0.95 ? 25 : 11;
  if (person.age >= 60 && draw < 0.15) return 25;
  const double working = 0.50 + 0.45 * rank;
  if (second < working) return draw < 0.015 ? 12 : draw < 0.13 ? 13 : draw < 0.15 ? 14 : 11;
  return draw < 0.1 ? 21 : draw < 0.17 ? 23 : draw < 0.55 ? 24 : 32;
}

bool HasIncome(int secm) { return secm != 31 && secm != 32; }

// The household's disposable income, made gross, divided over those who have one.
void DividePersonalIncome(const Household& household, Random& random,
                          std::vector<Person>& persons) {
  double total = 0;
  std::vector<double> share(household.size);
  for (int k = 0; k < household.size; ++k) {
    const Person& person = persons[household.first_person + k];
    if (!HasIncome(person.secm)) continue;
    share[k] = (person.role == Role::kChild ? 0.3 : 1.0) * (0.6 + 0.8 * random.Unit());
    total += share[k];
  }
  for (int k = 0; k < household.size; ++k) {
    Person& person = persons[household.first_person + k];
    if (share[k] == 0) continue;
    person.income = household.observed()
                        ? static_cast<int64_t>(1.3 * static_cast<double>(household.disposable) *
                                               share[k] / total)
                        : kUnobserved;
  }
}

const char* OriginOf(double draw) {
  static constexpr struct {
    double until;
    const char* code;
  } kOrigins[] = {{0.36, "6029"}, {0.42, "5010"}, {0.50, "7028"}, {0.62, "EU9"}, {0.67, "6043"},
                  {0.78, "5022"}, {0.82, "5007"}, {0.86, "5107"}, {1.01, "XE9"}};
  for (const auto& origin : kOrigins) {
    if (draw < origin.until) return origin.code;
  }
  return "XE9";
}

}  // namespace

void AddIncomes(const Geography& geography, uint64_t seed, Population& population) {
  std::vector<std::vector<int>> members(geography.districts.size());
  for (size_t i = 0; i < population.households.size(); ++i) {
    const Household& household = population.households[i];
    if (household.type == kInstitution) continue;
    members[geography.neighbourhoods[household.neighbourhood].district].push_back(
        static_cast<int>(i));
  }
  for (size_t d = 0; d < members.size(); ++d) {
    Random random(seed, "income " + geography.districts[d].code);
    const Lognormal shape = Calibrate(geography.districts[d]);
    RankHouseholds(members[d], random, population);
    for (const int index : members[d]) {
      DrawIncome(shape, random, population.persons, population.households[index]);
    }
  }
  Random random(seed, "minimum");
  SetMinimum(geography, random, population);
  AddAssistance(geography, random, population);
  for (const Household& household : population.households) {
    for (int k = 0; k < household.size; ++k) {
      Person& person = population.persons[household.first_person + k];
      person.secm = ActivityOf(person, household.rank, random);
    }
    DividePersonalIncome(household, random, population.persons);
  }
}

void AddOrigins(const Geography& geography, uint64_t seed, Population& population) {
  Random random(seed, "origin");
  for (const Household& household : population.households) {
    const Neighbourhood& place = geography.neighbourhoods[household.neighbourhood];
    const std::string& code = geography.MunicipalityOf(geography.districts[place.district]).code;
    const double base = code == "GM0917" || code == "GM0928" ? kOriginHigh : kOriginLow;
    const bool foreign = random.Chance(base * (1.3 - 0.6 * household.rank));
    const char* const origin = OriginOf(random.Unit());
    for (int k = 0; k < household.size; ++k) {
      Person& person = population.persons[household.first_person + k];
      const double draw = random.Unit();
      if (!foreign || (person.role == Role::kPartner && draw < 0.3)) continue;
      person.origin = origin;
      person.generation = random.Chance(person.age < 25 ? 0.25 : 0.55) ? "eerste" : "tweede";
    }
  }
}

}  // namespace kluis::demo
