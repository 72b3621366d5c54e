#include "server/demo/population.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "server/demo/assumptions.h"

namespace kluis::demo {
namespace {

// One person of the district before there are households.
struct Resident {
  uint8_t sex = 1, age = 0;
};

using Group = std::vector<Resident>;

// The household of a district before it has a place.
struct Draft {
  std::vector<Resident> adults, children;
  bool institution = false, other = false;
};

int PopulationAt(const Geography& geography, int age, int sex) {
  return geography.age_base[std::min(age / 5, 19)][sex];
}

// The ages of one age group, drawn from the five-year base.
void DrawAges(const Geography& geography, int group, int count, Random& random, Group& out) {
  std::vector<int> weights;
  for (int age = kAgeGroupStart[group]; age < kAgeGroupStart[group + 1]; ++age) {
    for (int sex = 0; sex < 2; ++sex) {
      // Ages from 95 on thin out instead of sharing their five-year group evenly.
      const int years = age >= 95 ? (age - 94) * (age - 94) * 2 : 5;
      weights.push_back(PopulationAt(geography, age, sex) / years + (age < 95 ? 1 : 0));
    }
  }
  std::vector<int64_t> cumulative;
  int64_t sum = 0;
  for (const int weight : weights) cumulative.push_back(sum += weight);
  for (int i = 0; i < count; ++i) {
    const int64_t at = static_cast<int64_t>(random.Below(sum));
    const int cell = static_cast<int>(std::upper_bound(cumulative.begin(), cumulative.end(), at) -
                                      cumulative.begin());
    out.push_back({static_cast<uint8_t>(1 + cell % 2),
                   static_cast<uint8_t>(kAgeGroupStart[group] + cell / 2)});
  }
}

Group DrawResidents(const Geography& geography, const District& district, Random& random) {
  Group residents;
  const std::vector<int> weights(district.age_percent.begin(), district.age_percent.end());
  const std::vector<int> counts = Apportion(district.population, weights);
  for (int group = 0; group < kAgeGroups; ++group) {
    DrawAges(geography, group, counts[group], random, residents);
  }
  random.Shuffle(residents);
  return residents;
}

double InstitutionChance(int age) {
  return age >= 80 ? 0.08 : age >= 65 ? 0.01 : age >= 18 ? 0.003 : 0;
}

double AtHomeChance(int age) {
  if (age < 18) return 1;
  return age < 25 ? (25 - age) * 0.11 : age < 30 ? 0.10 : 0;
}

struct Divided {
  Group institution, children, adults;
};

Divided Divide(const Group& residents, Random& random) {
  Divided divided;
  for (const Resident& r : residents) {
    if (random.Chance(InstitutionChance(r.age))) {
      divided.institution.push_back(r);
    } else if (random.Chance(AtHomeChance(r.age))) {
      divided.children.push_back(r);
    } else {
      divided.adults.push_back(r);
    }
  }
  // Children need somebody to live with.
  if (divided.adults.empty()) divided.adults.swap(divided.children);
  return divided;
}

void AddInstitutions(const Group& residents, std::vector<Draft>& drafts) {
  constexpr size_t kPlaces = 30;
  for (size_t i = 0; i < residents.size(); i += kPlaces) {
    Draft draft;
    draft.institution = true;
    draft.adults.assign(residents.begin() + i,
                        residents.begin() + std::min(i + kPlaces, residents.size()));
    drafts.push_back(std::move(draft));
  }
}

// Takes `count` members of `sex` out of `adults`, those between 25 and 85 first.
Group TakePartners(Group& adults, uint8_t sex, int count) {
  Group taken, rest;
  for (const bool preferred : {true, false}) {
    rest.clear();
    for (const Resident& r : adults) {
      const bool of_age = r.age >= 25 && r.age < 85;
      if (r.sex == sex && of_age == preferred && static_cast<int>(taken.size()) < count) {
        taken.push_back(r);
      } else {
        rest.push_back(r);
      }
    }
    adults.swap(rest);
  }
  return taken;
}

// Couples are of one age, give or take: both lists are sorted by age with some disorder.
void SortByAge(Group& group, Random& random) {
  std::vector<std::pair<double, Resident>> keyed;
  for (const Resident& r : group) keyed.push_back({r.age + 2.5 * random.Normal(), r});
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < group.size(); ++i) group[i] = keyed[i].second;
}

void AddCouplesAndSingles(Group adults, int households, Random& random,
                          std::vector<Draft>& drafts) {
  const int wanted = std::max(0, static_cast<int>(adults.size()) - households);
  Group men = TakePartners(adults, 1, wanted);
  Group women = TakePartners(adults, 2, wanted);
  while (men.size() > women.size()) adults.push_back(men.back()), men.pop_back();
  while (women.size() > men.size()) adults.push_back(women.back()), women.pop_back();
  SortByAge(men, random);
  SortByAge(women, random);
  for (size_t i = 0; i < men.size(); ++i) {
    Draft draft;
    draft.adults = {men[i], women[i]};
    draft.other = random.Chance(0.01);
    drafts.push_back(std::move(draft));
  }
  for (const Resident& r : adults) {
    Draft draft;
    draft.adults = {r};
    drafts.push_back(std::move(draft));
  }
}

bool MayRaise(const Draft& draft, int child_age) {
  const Resident& youngest = draft.adults.back();
  const int difference = youngest.age - child_age;
  return !draft.institution && difference >= 17 && difference <= 45;
}

// Which drafts may have children: couples by age of the woman, few singles, mostly women.
std::vector<int> Families(const std::vector<Draft>& drafts, int children, Random& random) {
  std::vector<int> couples, singles, families;
  for (size_t i = 0; i < drafts.size(); ++i) {
    const Draft& draft = drafts[i];
    const Resident& parent = draft.adults.back();
    if (draft.institution || parent.age < 22 || parent.age > 60) continue;
    if (draft.adults.size() == 2) couples.push_back(static_cast<int>(i));
    if (draft.adults.size() == 1 && random.Chance(parent.sex == 2 ? 0.9 : 0.2)) {
      singles.push_back(static_cast<int>(i));
    }
  }
  random.Shuffle(couples);
  random.Shuffle(singles);
  const size_t wanted = static_cast<size_t>(children / 1.55) + 1;
  for (size_t i = 0; i < singles.size() && i < wanted / 4; ++i) families.push_back(singles[i]);
  for (size_t i = 0; i < couples.size() && families.size() < wanted; ++i)
    families.push_back(couples[i]);
  if (families.empty()) families.push_back(static_cast<int>(drafts.size()) - 1);
  return families;
}

// Families are tried at random; the least crowded one takes a child that suits none.
int FamilyFor(const Resident& child, const std::vector<int>& families,
              const std::vector<Draft>& drafts, Random& random) {
  int best = -1;
  for (int attempt = 0; attempt < 60; ++attempt) {
    const int family = families[random.Below(families.size())];
    const size_t size = drafts[family].children.size();
    if (best < 0 || size < drafts[best].children.size()) best = family;
    const double chance = size == 0 ? 1 : size == 1 ? 0.45 : size < 5 ? 0.08 : 0;
    if (MayRaise(drafts[family], child.age) && random.Chance(chance)) return family;
  }
  return best;
}

void AddChildren(const Group& children, Random& random, std::vector<Draft>& drafts) {
  if (children.empty()) return;
  const std::vector<int> families = Families(drafts, static_cast<int>(children.size()), random);
  for (const Resident& child : children) {
    drafts[FamilyFor(child, families, drafts, random)].children.push_back(child);
  }
}

HouseholdType TypeOf(const Draft& draft, Random& random) {
  if (draft.institution) return kInstitution;
  if (draft.other) return kOtherHousehold;
  if (draft.adults.size() == 1) return draft.children.empty() ? kSingle : kSingleParent;
  const int age = draft.adults[1].age;
  const bool married = random.Chance(age < 35 ? 0.35 : age < 50 ? 0.68 : 0.87);
  if (draft.children.empty()) return married ? kMarriedCouple : kUnmarriedCouple;
  return married ? kMarriedParents : kUnmarriedParents;
}

void Append(const Draft& draft, int neighbourhood, Random& random, Population& population) {
  Household household;
  household.neighbourhood = neighbourhood;
  household.first_person = static_cast<int>(population.persons.size());
  household.size = static_cast<int>(draft.adults.size() + draft.children.size());
  household.type = TypeOf(draft, random);
  const int index = static_cast<int>(population.households.size());
  Role role = Role::kReference;
  const auto add = [&](const Resident& r) {
    Person person;
    person.household = index;
    person.sex = r.sex;
    person.age = r.age;
    person.birth_month = static_cast<uint8_t>(1 + random.Below(12));
    person.role = role;
    population.persons.push_back(person);
  };
  for (const Resident& r : draft.adults) {
    add(r);
    role = draft.institution || draft.other ? Role::kOther : Role::kPartner;
  }
  role = Role::kChild;
  for (const Resident& r : draft.children) add(r);
  population.households.push_back(household);
}

// Households go to the neighbourhoods in proportion to the places that are left there.
void Place(const Geography& geography, const District& district, std::vector<Draft>& drafts,
           Random& random, Population& population) {
  random.Shuffle(drafts);
  std::vector<int> left;
  for (int i = 0; i < district.neighbourhoods; ++i) {
    left.push_back(geography.neighbourhoods[district.first_neighbourhood + i].population);
  }
  for (const Draft& draft : drafts) {
    int total = 0;
    for (const int places : left) total += std::max(0, places);
    int chosen = 0;
    if (total > 0) {
      int at = static_cast<int>(random.Below(total));
      while (at >= std::max(0, left[chosen])) at -= std::max(0, left[chosen++]);
    }
    left[chosen] -= static_cast<int>(draft.adults.size() + draft.children.size());
    Append(draft, district.first_neighbourhood + chosen, random, population);
  }
}

std::string Key(int index, const char* prefix, int64_t factor) {
  return absl::StrCat(prefix,
                      absl::Dec((int64_t{index} + 1) * factor % 1000000000, absl::kZeroPad9));
}

}  // namespace

Population MakePopulation(const Geography& geography, uint64_t seed) {
  Population population;
  for (const District& district : geography.districts) {
    Random random(seed, "population " + district.code);
    const Divided divided = Divide(DrawResidents(geography, district, random), random);
    std::vector<Draft> drafts;
    const int households = static_cast<int>(district.dwellings * kHouseholdsPerDwelling);
    AddCouplesAndSingles(divided.adults, households, random, drafts);
    AddChildren(divided.children, random, drafts);
    AddInstitutions(divided.institution, drafts);
    Place(geography, district, drafts, random, population);
  }
  return population;
}

// The factors have no divisor in common with 10^9.
std::string PersonKey(int person) { return Key(person, "R", 618033989); }
std::string HouseholdKey(int household) { return Key(household, "H", 414213563); }

}  // namespace kluis::demo
