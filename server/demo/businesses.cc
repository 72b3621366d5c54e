#include "server/demo/businesses.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/assumptions.h"
#include "server/demo/csv_file.h"
#include "server/demo/random.h"

namespace kluis::demo {
namespace {

constexpr const char* kHeerlen = "GM0917";

// Share of the businesses in per mille and turnover a person in thousand euro: assumptions.
struct Section {
  char code;
  int weight;
  double turnover;
};
constexpr Section kSections[] = {{'A', 40, 120},  {'C', 39, 180},  {'D', 2, 400},  {'E', 2, 200},
                                 {'F', 113, 110}, {'G', 150, 250}, {'H', 45, 110}, {'I', 58, 70},
                                 {'J', 63, 130},  {'K', 45, 220},  {'L', 23, 180}, {'M', 190, 110},
                                 {'N', 50, 60},   {'P', 52, 50},   {'Q', 79, 55},  {'R', 53, 50},
                                 {'S', 49, 40}};

constexpr struct {
  const char* sbi;
  int weight;
} kHoreca[] = {{"5510", 70},  {"5520", 25}, {"5530", 6},  {"5590", 4},
               {"5610", 600}, {"5621", 45}, {"5629", 60}, {"5630", 270}};

// Index of the cell in which the next number of a weighted list falls.
class Wheel {
 public:
  void Add(int64_t weight) { cumulative_.push_back(sum_ += weight); }
  size_t Spin(Random& random) const {
    const auto at = static_cast<int64_t>(random.Below(sum_));
    return std::upper_bound(cumulative_.begin(), cumulative_.end(), at) - cumulative_.begin();
  }

 private:
  std::vector<int64_t> cumulative_;
  int64_t sum_ = 0;
};

struct Activities {
  std::vector<std::string> all;
  std::map<char, std::vector<std::string>> of_section;
  std::map<char, Wheel> wheels;
};

absl::StatusOr<Activities> ReadActivities(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(const auto rows, ReadCsv(path));
  Activities activities;
  char section = 'A';
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][2] == "1") section = rows[i][0][0];
    if (rows[i][2] != "4") continue;
    activities.all.push_back(rows[i][0]);
    if (section != 'I') activities.of_section[section].push_back(rows[i][0]);
  }
  for (const auto& [code, classes] : activities.of_section) {
    // A few classes hold most of a section; which ones is fixed by the code.
    for (size_t i = 0; i < classes.size(); ++i) {
      activities.wheels[code].Add(10000 / static_cast<int64_t>(1 + (i * 7 + 3) % classes.size()) +
                                  20);
    }
  }
  for (const auto& horeca : kHoreca) {
    activities.of_section['I'].push_back(horeca.sbi);
    activities.wheels['I'].Add(horeca.weight);
  }
  return activities;
}

// 78% work alone; the sizes above thin out as 1/n^2.05, so that P(size >= n) is about n^-1.05.
int DrawPersons(Random& random) {
  if (random.Chance(0.78)) return 1;
  const double size = 2 * Exp(-Log(random.Unit()) / 1.05);
  return static_cast<int>(std::min(size, 1800.0));
}

class Maker {
 public:
  Maker(const Geography& geography, const Activities& activities, uint64_t seed)
      : geography_(geography), activities_(activities), random_(seed, "economy") {
    for (const Section& section : kSections) sections_.Add(section.weight);
    for (const Neighbourhood& n : geography.neighbourhoods) {
      const bool centre = absl::StrContains(n.name, "Centrum");
      places_.Add(int64_t{n.population} * (centre ? 3 : 1) + 1);
      persons_ += n.population;
    }
  }

  Economy Make() {
    const double target = persons_ * kBusinessesPerThousand / 1000;
    const int initial = static_cast<int>(target / 1.105);
    for (int i = 0; i < initial; ++i)
      Found(kFirstYear - 1 - static_cast<int>(random_.Below(25)), kFirstYear);
    for (int year = kFirstYear + 1; year <= kLastYear; ++year) {
      const double births = Alive(year - 1) * kBirthsPerYear;
      for (int i = 0; i < static_cast<int>(births); ++i) Found(year, year);
    }
    PlantRareClasses();
    FormHoldings();
    PlantSmartServices();
    economy_.classes = activities_.all;
    return std::move(economy_);
  }

 private:
  int Alive(int year) const {
    return static_cast<int>(
        std::count_if(economy_.businesses.begin(), economy_.businesses.end(),
                      [&](const Business& b) { return b.years[year - kFirstYear].persons > 0; }));
  }

  bool InHeerlen(int neighbourhood) const {
    const District& district =
        geography_.districts[geography_.neighbourhoods[neighbourhood].district];
    return geography_.MunicipalityOf(district).code == kHeerlen;
  }

  // Covers the lockdowns of 2020 and 2021 in horeca.
  static double YearFactor(const std::string& sbi, int year) {
    const bool horeca = sbi[0] == '5' && (sbi[1] == '5' || sbi[1] == '6');
    const double trend = 1 + 0.025 * (year - kLastYear);
    return horeca && year == 2020 ? 0.6 * trend : horeca && year == 2021 ? 0.7 * trend : trend;
  }

  void Live(Business& business, int from, int persons, double per_person) {
    for (int year = from; year <= kLastYear; ++year) {
      if (year > from && random_.Chance(kDeathsPerYear)) {
        business.closed = year;
        return;
      }
      if (persons > 1)
        persons = std::max(1, static_cast<int>(persons * (0.94 + 0.13 * random_.Unit()) + 0.5));
      BusinessYear& entry = business.years[year - kFirstYear];
      entry.persons = persons;
      const double turnover =
          persons * per_person * YearFactor(business.sbi, year) * (0.9 + 0.2 * random_.Unit());
      entry.turnover = static_cast<int64_t>(turnover * 100);
    }
  }

  void Settle(Business& business, int persons) {
    business.establishments = {business.neighbourhood};
    const int more = std::min(6, persons / 40 + (persons > 5 && random_.Chance(0.25) ? 1 : 0));
    for (int i = 0; i < more; ++i)
      business.establishments.push_back(static_cast<int>(places_.Spin(random_)));
  }

  void Found(int founded, int from) {
    const Section& section = kSections[sections_.Spin(random_)];
    Business business;
    business.sbi =
        activities_.of_section.at(section.code)[activities_.wheels.at(section.code).Spin(random_)];
    business.neighbourhood = static_cast<int>(places_.Spin(random_));
    business.founded = founded;
    if (InHeerlen(business.neighbourhood) && (business.sbi == "5530" || business.sbi == "5590")) {
      business.sbi = "5610";
    }
    const int persons = DrawPersons(random_);
    const double mean_of_lognormal = Exp(kTurnoverSpread * kTurnoverSpread / 2);
    double per_person =
        section.turnover / mean_of_lognormal * Exp(kTurnoverSpread * random_.Normal());
    if (IsSmart(business.sbi)) per_person = std::min(per_person, 1500.0 / persons);
    Live(business, from, persons, per_person);
    Settle(business, persons);
    economy_.businesses.push_back(std::move(business));
  }

  static bool IsSmart(const std::string& sbi) {
    return std::any_of(std::begin(kSmartClasses), std::end(kSmartClasses),
                       [&](const SmartClass& c) { return sbi == c.sbi; });
  }

  int SomewhereInHeerlen() {
    int neighbourhood = static_cast<int>(places_.Spin(random_));
    while (!InHeerlen(neighbourhood)) neighbourhood = static_cast<int>(places_.Spin(random_));
    return neighbourhood;
  }

  Business& Plant(const char* sbi, int founded, int persons) {
    Business business;
    business.sbi = sbi;
    business.founded = founded;
    business.neighbourhood = SomewhereInHeerlen();
    business.establishments = {business.neighbourhood};
    for (int year = std::max(founded, kFirstYear); year <= kLastYear; ++year) {
      const double turnover = persons * 65.0 * YearFactor(business.sbi, year);
      business.years[year - kFirstYear] = {persons, static_cast<int64_t>(turnover * 100)};
    }
    economy_.businesses.push_back(std::move(business));
    return economy_.businesses.back();
  }

  void PlantRareClasses() {
    Plant("5530", 1998, 6);
    Plant("5530", 2015, 3);
    Plant("5590", 2009, 4);
  }

  // 12% of the businesses form groups of 2 to 40.
  void FormHoldings() {
    std::vector<int> order(economy_.businesses.size());
    std::iota(order.begin(), order.end(), 0);
    random_.Shuffle(order);
    const size_t wanted = order.size() * 12 / 100;
    for (size_t next = 0; next < wanted; ++economy_.holdings) {
      const int size = static_cast<int>(std::min(40.0, 2 * Exp(-Log(random_.Unit()) / 1.6)));
      for (int i = 0; i < size && next < wanted; ++i)
        economy_.businesses[order[next++]].holding = economy_.holdings;
    }
  }

  int64_t SmartTurnover(int year) const {
    int64_t sum = 0;
    for (const Business& business : economy_.businesses) {
      if (IsSmart(business.sbi) && InHeerlen(business.neighbourhood))
        sum += business.years[year].turnover;
    }
    return sum;
  }

  // Shares of the sector, in thousandths, of four businesses in three holdings: 27% twice, 12%, 8%.
  void PlantSmartServices() {
    constexpr struct {
      int holding;
      int share;
      int persons;
    } kLeaders[] = {{0, 275, 310}, {0, 265, 290}, {1, 120, 140}, {2, 80, 90}};
    constexpr int kRest = 260;
    std::array<int64_t, kYears> rest;
    for (int year = 0; year < kYears; ++year) rest[year] = SmartTurnover(year);
    for (const auto& leader : kLeaders) {
      Business& business = Plant("6201", 2004, leader.persons);
      business.holding = economy_.holdings + leader.holding;
      for (int year = 0; year < kYears; ++year) {
        business.years[year].turnover = rest[year] * leader.share / kRest;
      }
    }
    economy_.holdings += 3;
  }

  const Geography& geography_;
  const Activities& activities_;
  Random random_;
  Wheel sections_, places_;
  double persons_ = 0;
  Economy economy_;
};

}  // namespace

absl::StatusOr<Economy> MakeEconomy(const Geography& geography, const std::string& sbi_codes,
                                    uint64_t seed) {
  KLUIS_ASSIGN_OR_RETURN(const Activities activities, ReadActivities(sbi_codes));
  return Maker(geography, activities, seed).Make();
}

std::string BusinessKey(int business) {
  return absl::StrCat("B",
                      absl::Dec((int64_t{business} + 1) * 732050807 % 1000000000, absl::kZeroPad9));
}

std::string HoldingKey(int holding) {
  if (holding < 0) return "";
  return absl::StrCat("G",
                      absl::Dec((int64_t{holding} + 1) * 236067977 % 1000000000, absl::kZeroPad9));
}

int PersonsAt(const Business& business, int index, int persons) {
  const int count = static_cast<int>(business.establishments.size());
  return persons / count + (index < persons % count ? 1 : 0);
}

}  // namespace kluis::demo
