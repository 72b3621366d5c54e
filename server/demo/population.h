// Persons and households of the demo at 31 December 2022.
#ifndef KLUIS_SERVER_DEMO_POPULATION_H_
#define KLUIS_SERVER_DEMO_POPULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/demo/geography.h"
#include "server/demo/random.h"

namespace kluis::demo {

// Codes that stand for "no figure" in the income registers.
inline constexpr int64_t kUnobserved = 9999999999;
inline constexpr int64_t kNotEligible = 8888888888;

enum HouseholdType {
  kSingle = 1,
  kUnmarriedCouple,
  kMarriedCouple,
  kUnmarriedParents,
  kMarriedParents,
  kSingleParent,
  kOtherHousehold,
  kInstitution
};

enum class Role : uint8_t { kReference, kPartner, kChild, kOther };

struct Person {
  int household = 0;
  uint8_t sex = 1;  // 1 man, 2 woman
  uint8_t age = 0;
  uint8_t birth_month = 1;
  Role role = Role::kReference;
  const char* origin = "6030";
  const char* generation = "autochtoon";
  int secm = 32;
  bool assistance = false;
  int64_t income = kNotEligible;  // personal, euro a year
};

struct Household {
  int neighbourhood = 0;
  int first_person = 0, size = 0;
  HouseholdType type = kSingle;
  double rank = 0;                     // of its income within the district, 0 to 1
  int64_t standardised = kUnobserved;  // standardised disposable income, euro a year
  int64_t disposable = kUnobserved;
  int minimum_percent = -1;  // income as a percentage of the social minimum; -1: unknown
  bool scheme = false, debt = false;
  int64_t debt_amount = 0;
  bool observed() const { return standardised != kUnobserved; }
  bool minimum() const { return minimum_percent >= 0 && minimum_percent <= 110; }
};

// Persons of one household stand together, the reference person first.
struct Population {
  std::vector<Person> persons;
  std::vector<Household> households;
};

// Persons by age and sex, joined to households and spread over the neighbourhoods. Every district
// has its reconciled population, every age group its published share to one person.
Population MakePopulation(const Geography& geography, uint64_t seed);

// Incomes per district so that the shares of persons below kIncome40 and above kIncome80 are the
// published ones; then the social minimum, schemes, social assistance, activities.
void AddIncomes(const Geography& geography, uint64_t seed, Population& population);

// Origin per person.
void AddOrigins(const Geography& geography, uint64_t seed, Population& population);

// Problematic debts: 13.0% of the households of Heerlen, more where incomes are low. In the two
// smallest inhabited neighbourhoods of Heerlen all, and none.
void AddDebts(const Geography& geography, uint64_t seed, Population& population);

// "R" and nine digits; leading zeros occur. One number per index below 10^9.
std::string PersonKey(int person);
std::string HouseholdKey(int household);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_POPULATION_H_
