#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/csv_file.h"
#include "server/demo/registers.h"

namespace kluis::demo {
namespace {

constexpr const char* kRunning = "88888888";
constexpr int kReferenceYear = 2022;

// A date between the first of `from` and the end of `to`, as yyyymmdd.
int DateIn(int from, int to, Random& random) {
  const int year = from + static_cast<int>(random.Below(std::max(1, to - from + 1)));
  const int month = static_cast<int>(1 + random.Below(12));
  const int day = static_cast<int>(1 + random.Below(28));
  return year * 10000 + month * 100 + day;
}

// The begins of the episodes of a person's life since 2003, ascending and distinct.
std::vector<int> EpisodeBegins(const Person& person, double mean, Random& random) {
  const int first = std::max(2003, kReferenceYear - person.age);
  std::vector<int> begins = {DateIn(first, first, random)};
  const int more = static_cast<int>((mean - 1) * 2 * random.Unit() + 0.5);
  for (int i = 0; i < more; ++i) begins.push_back(DateIn(first, kReferenceYear, random));
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  return begins;
}

// Calls row(begin, end, is_last) for each episode; an episode ends where the next begins.
template <typename Row>
void ForEachEpisode(const std::vector<int>& begins, Row row) {
  for (size_t i = 0; i < begins.size(); ++i) {
    const bool last = i + 1 == begins.size();
    row(begins[i], last ? std::string(kRunning) : absl::StrCat(begins[i + 1]), last);
  }
}

int ReferenceOf(const Population& population, const Person& person) {
  return population.households[person.household].first_person;
}

absl::Status WriteGbaPersoon(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "RINPERSOONS,RINPERSOON,GBAGESLACHT,GBAGEBOORTEJAAR,GBAGEBOORTEMAAND,"
                      "GBAGEBOORTELAND,GBAHERKOMSTGROEPERING,GBAGENERATIE"));
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const Person& p = world.population.persons[i];
    const bool abroad = absl::string_view(p.generation) == "eerste";
    file.Row("R", Rin(static_cast<int>(i)), p.sex, kReferenceYear - p.age, p.birth_month,
             abroad ? p.origin : "6030", p.origin, p.generation);
  }
  // A record that identifies nobody: only R and S do.
  file.Row("G", "000000017", 1, 1980, 1, "6030", "6030", "autochtoon");
  return file.Close();
}

absl::Status WriteAddresses(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path,
                                    "RINPERSOONS,RINPERSOON,GBADATUMAANVANGADRESHOUDING,"
                                    "GBADATUMEINDEADRESHOUDING,SOORTOBJECTNUMMER,RINOBJECTNUMMER"));
  Random random(world.seed, "addresses");
  const int households = static_cast<int>(world.population.households.size());
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const Person& p = world.population.persons[i];
    const std::vector<int> begins = EpisodeBegins(p, 2.0, random);
    if (random.Chance(0.0008)) continue;  // no address known
    ForEachEpisode(begins, [&](int begin, const std::string& end, bool last) {
      const int home = last ? p.household : static_cast<int>(random.Below(households));
      file.Row("R", Rin(static_cast<int>(i)), begin, end, "B", DwellingObject(home));
    });
  }
  return file.Close();
}

absl::Status WriteHouseholdEpisodes(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path,
                                    "RINPERSOONS,RINPERSOON,DATUMAANVANGHH,DATUMEINDEHH,HUISHOUDNR,"
                                    "TYPHH,PLHH,REFPERSOONHH,AANTALPERSHH"));
  Random random(world.seed, "household episodes");
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const Person& p = world.population.persons[i];
    const Household& h = world.population.households[p.household];
    const bool reference = p.role == Role::kReference;
    ForEachEpisode(EpisodeBegins(p, 2.4, random),
                   [&](int begin, const std::string& end, bool last) {
                     const int type = last ? h.type : 1 + static_cast<int>(random.Below(6));
                     file.Row("R", Rin(static_cast<int>(i)), begin, end,
                              last ? HouseholdKey(p.household) : absl::StrCat("H", begin), type,
                              p.role == Role::kChild ? 1
                              : reference            ? 3
                                                     : 5,
                              reference ? 1 : 0, last ? h.size : 2);
                   });
  }
  return file.Close();
}

absl::Status WriteHouseholdLinks(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path, "RINPERSOONS,RINPERSOON,RINPERSOONSHKW,RINPERSOONHKW"));
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const int reference = ReferenceOf(world.population, world.population.persons[i]);
    file.Row("R", Rin(static_cast<int>(i)), "R", Rin(reference));
  }
  return file.Close();
}

absl::Status WritePersonalIncomes(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "RINPERSOONS,RINPERSOON,INPPERSINK,INPPERSBRUT,INPPERSPRIM,INPBELI,INPSECJ"));
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const Person& p = world.population.persons[i];
    const bool known = p.income != kUnobserved && p.income != kNotEligible;
    const bool works = p.secm >= 11 && p.secm <= 14;
    const int64_t gross = known ? p.income + std::max<int64_t>(0, p.income / 5) : p.income;
    file.Row("R", Rin(static_cast<int>(i)), p.income, gross,
             !known  ? p.income
             : works ? gross
                     : 0,
             !known ? p.income : std::max<int64_t>(0, p.income / 4), p.secm);
  }
  return file.Close();
}

absl::Status WriteHouseholdIncomes(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "RINPERSOONSHKW,RINPERSOONHKW,INHBESTINKH,INHBRUTINKH,INHPRIMINKH,"
                      "INHGESTINKH,INHAHL,INHPCTSOCMIN"));
  for (const Household& h : world.population.households) {
    if (h.type == kInstitution) continue;
    const int64_t gross = h.observed() ? h.disposable + h.disposable / 3 : kUnobserved;
    file.Row("R", Rin(h.first_person), h.disposable, gross, gross, h.standardised, h.size,
             h.minimum_percent < 0 ? "9999999999" : absl::StrCat(h.minimum_percent));
  }
  return file.Close();
}

absl::Status WriteWealth(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "RINPERSOONSHKW,RINPERSOONHKW,VEHW1000VERH,VEHWVEREXEWH"));
  Random random(world.seed, "wealth");
  for (const Household& h : world.population.households) {
    if (h.type == kInstitution) continue;
    const double home = random.Chance(0.25 + 0.6 * h.rank) ? 90000 * Exp(0.6 * random.Normal()) : 0;
    const double other = 9000 * Exp(1.5 * random.Normal() + 2 * h.rank) - (h.debt ? 25000 : 0);
    const bool known = h.observed();
    file.Row("R", Rin(h.first_person), known ? static_cast<int64_t>(home + other) : 99999999999,
             known ? static_cast<int64_t>(other) : 99999999999);
  }
  return file.Close();
}

absl::Status WriteActivities(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file,
                         CsvFile::Create(path, "RINPERSOONS,RINPERSOON,AANVSECM,EINDSECM,SECM"));
  static constexpr int kCodes[] = {11, 11, 11, 13, 21, 22, 24, 26, 31, 32};
  Random random(world.seed, "activities");
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    const Person& p = world.population.persons[i];
    ForEachEpisode(EpisodeBegins(p, p.age < 15 ? 1 : 6.5, random),
                   [&](int begin, const std::string& end, bool last) {
                     file.Row("R", Rin(static_cast<int>(i)), begin, end,
                              last ? p.secm : kCodes[random.Below(10)]);
                   });
  }
  return file.Close();
}

absl::Status WriteAssistance(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "RINPERSOONS,RINPERSOON,AANVBIJSTAND,EINDBIJSTAND,SOORTBIJSTAND"));
  Random random(world.seed, "assistance");
  for (size_t i = 0; i < world.population.persons.size(); ++i) {
    if (!world.population.persons[i].assistance) continue;
    // One draw a statement: the order of evaluation within a call is the compiler's.
    const int begin = DateIn(2008, 2021, random);
    const char* const kind = random.Chance(0.93) ? "1" : "2";
    file.Row("R", Rin(static_cast<int>(i)), begin, kRunning, kind);
  }
  return file.Close();
}

// One row per household and source of the debt.
absl::Status WriteDebts(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path, "RINPERSOONSHKW,RINPERSOONHKW,SCHULDREG,BRON,BEDRAG"));
  static constexpr const char* kSources[] = {"BKR", "CJIB",    "ZVW",  "BELASTING",
                                             "DUO", "TOESLAG", "WSNP", "CCBR"};
  Random random(world.seed, "debt sources");
  for (const Household& h : world.population.households) {
    if (!h.debt) continue;
    const int sources = 1 + static_cast<int>(random.Below(3)),
              first = static_cast<int>(random.Below(8));
    int64_t left = h.debt_amount;
    for (int s = 0; s < sources; ++s) {
      const int64_t amount = s + 1 == sources ? left : left / 2;
      left -= amount;
      file.Row("R", Rin(h.first_person), 1, kSources[(first + s) % 8], amount);
    }
  }
  return file.Close();
}

}  // namespace

std::string Rin(int person) { return PersonKey(person).substr(1); }

std::string DwellingObject(int household) {
  return absl::StrCat("0917010000", absl::Dec(int64_t{household} + 1, absl::kZeroPad16), "000000");
}

absl::Status WritePersonRegisters(const World& world, const std::string& folder,
                                  const Progress& progress) {
  using Writer = absl::Status (*)(const World&, const std::string&);
  static constexpr std::pair<const char*, Writer> kFiles[] = {
      {"GBAPERSOON2022TABV1.csv", WriteGbaPersoon},
      {"GBAADRESOBJECT2022BUSV1.csv", WriteAddresses},
      {"GBAHUISHOUDENS2022BUSV1.csv", WriteHouseholdEpisodes},
      {"KOPPELPERSOONHUISHOUDEN2022.csv", WriteHouseholdLinks},
      {"INPA2022TABV1.csv", WritePersonalIncomes},
      {"INHA2022TABV1.csv", WriteHouseholdIncomes},
      {"VEH2022TABV1.csv", WriteWealth},
      {"SECMBUS2022V1.csv", WriteActivities},
      {"BIJSTANDPERSOON2022BUSV1.csv", WriteAssistance},
      {"PROBSCHULD2022TABV1.csv", WriteDebts}};
  for (const auto& [name, write] : kFiles) {
    KLUIS_RETURN_IF_ERROR(write(world, absl::StrCat(folder, "/", name)));
    progress(absl::StrCat("registers/", name));
  }
  return absl::OkStatus();
}

}  // namespace kluis::demo
