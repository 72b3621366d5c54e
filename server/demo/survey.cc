#include "server/demo/survey.h"

#include <algorithm>
#include <map>

#include "disclosure/base/status_macros.h"
#include "server/demo/assumptions.h"
#include "server/demo/csv_file.h"

namespace kluis::demo {
namespace {

constexpr int kHeerlenSample = 1200, kOtherSample = 1800, kSurveyYear = 2021;
constexpr int64_t kWeightScale = 10000;

int AgeGroup(int age) { return age < 25 ? 0 : age < 45 ? 1 : age < 65 ? 2 : 3; }

// Weighting class: municipality x age group x sex.
using Stratum = std::array<int, 3>;

Stratum StratumOf(const Geography& geography, const Population& population, const Person& person) {
  const Household& household = population.households[person.household];
  const int district = geography.neighbourhoods[household.neighbourhood].district;
  return {geography.districts[district].municipality, AgeGroup(person.age), person.sex};
}

double UnsafeChance(bool heerlen, const Person& person, const District& district) {
  double chance = heerlen ? kUnsafeHeerlen : kUnsafeElsewhere;
  chance *= 0.4 + 0.6 * district.income_low / (heerlen ? 46 : 42);
  if (person.sex == 2) chance *= person.age < 25 ? 1.6 : 1.1;
  if (person.age >= 65) chance *= 0.8;
  return std::min(chance, 0.9);
}

Respondent Ask(int index, double unsafe_chance, Random& random) {
  Respondent respondent;
  respondent.person = index;
  const bool unsafe = random.Chance(unsafe_chance);
  const double draw = random.Unit();
  respondent.unsafe = unsafe ? (draw < 0.15 ? 1 : 2) : (draw < 0.35 ? 3 : 4);
  if (random.Chance(0.02)) respondent.unsafe = 9;
  respondent.victim = random.Chance(unsafe ? 0.28 : 0.11);
  const double mark = (unsafe ? 6.0 : 7.5) + 1.1 * random.Normal();
  respondent.mark = static_cast<int>(std::min(10.0, std::max(1.0, mark + 0.5)));
  if (random.Chance(0.03)) respondent.mark = 0;
  return respondent;
}

// The first members of each stratum in a random order, in proportion, at least two each.
void Draw(const std::map<Stratum, std::vector<int>>& strata, int sample, bool heerlen,
          int heerlen_index, std::vector<std::pair<Stratum, int>>& out) {
  int64_t total = 0;
  for (const auto& [stratum, members] : strata) {
    if ((stratum[0] == heerlen_index) == heerlen) total += static_cast<int64_t>(members.size());
  }
  for (const auto& [stratum, members] : strata) {
    if ((stratum[0] == heerlen_index) != heerlen) continue;
    const auto size = static_cast<int64_t>(members.size());
    const int64_t take = std::min(size, std::max<int64_t>(2, (size * sample + total / 2) / total));
    for (int64_t i = 0; i < take; ++i) out.push_back({stratum, members[i]});
  }
}

}  // namespace

std::vector<Respondent> MakeSurvey(const Geography& geography, const Population& population,
                                   uint64_t seed, int shrink) {
  Random random(seed, "survey");
  std::map<Stratum, std::vector<int>> strata;
  for (size_t i = 0; i < population.persons.size(); ++i) {
    const Person& person = population.persons[i];
    if (person.age < 15 || population.households[person.household].type == kInstitution) continue;
    strata[StratumOf(geography, population, person)].push_back(static_cast<int>(i));
  }
  for (auto& [stratum, members] : strata) random.Shuffle(members);
  int heerlen = 0;
  while (geography.municipalities[heerlen].code != "GM0917") ++heerlen;
  std::vector<std::pair<Stratum, int>> drawn;
  Draw(strata, kHeerlenSample / shrink, true, heerlen, drawn);
  Draw(strata, kOtherSample / shrink, false, heerlen, drawn);
  std::map<Stratum, int64_t> taken;
  for (const auto& [stratum, person] : drawn) ++taken[stratum];
  std::vector<Respondent> respondents;
  for (const auto& [stratum, index] : drawn) {
    const Person& person = population.persons[index];
    const Household& household = population.households[person.household];
    const District& district =
        geography.districts[geography.neighbourhoods[household.neighbourhood].district];
    Respondent respondent =
        Ask(index, UnsafeChance(stratum[0] == heerlen, person, district), random);
    respondent.weight =
        static_cast<int64_t>(strata[stratum].size()) * kWeightScale / taken[stratum];
    respondents.push_back(respondent);
  }
  return respondents;
}

absl::Status WriteSurvey(const std::vector<Respondent>& respondents, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "rinpersoon,jaar,onveiligbuurt,slachtoffer,rapportcijfer,gewicht"));
  for (const Respondent& r : respondents) {
    file.Row(PersonKey(r.person), kSurveyYear, r.unsafe, r.victim ? "ja" : "nee",
             r.mark == 0 ? "" : absl::StrCat(r.mark),
             absl::StrCat(r.weight / kWeightScale, ".",
                          absl::Dec(r.weight % kWeightScale, absl::kZeroPad4)));
  }
  return file.Close();
}

}  // namespace kluis::demo
