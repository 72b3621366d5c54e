#include "server/demo/offices.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/assumptions.h"
#include "server/demo/csv_file.h"
#include "server/demo/random.h"

namespace kluis::demo {
namespace {

constexpr int kObjects = 1500;
constexpr double kMedianSquareMetres = 900, kSpread = 0.95, kLargest = 45000;

bool InHeerlen(const Geography& geography, int neighbourhood) {
  const District& district = geography.districts[geography.neighbourhoods[neighbourhood].district];
  return geography.MunicipalityOf(district).code == "GM0917";
}

// The districts of Beekdaelen are what its predecessors were: 00 Onderbanken, 01 to 04 Nuth.
std::string MunicipalityIn2018(const Geography& geography, int neighbourhood) {
  const District& district = geography.districts[geography.neighbourhoods[neighbourhood].district];
  const std::string& code = geography.MunicipalityOf(district).code;
  if (code != "GM1954") return code;
  const std::string number = district.code.substr(district.code.size() - 2);
  return number == "00" ? "GM0881" : number <= "04" ? "GM0951" : "GM0962";
}

const char* LocationOf(const Neighbourhood& place, Random& random) {
  const bool centre = absl::StrContains(place.name, "Centrum");
  const double draw = random.Unit();
  if (draw < (centre ? 0.6 : 0.1)) return "centrum";
  if (draw < 0.68) return "kantorenpark";
  if (draw < 0.84) return "bedrijventerrein";
  return draw < 0.97 ? "woonwijk" : "overig";
}

double DrawSize(Random& random) {
  double size = Exp(Log(kMedianSquareMetres) + kSpread * random.Normal());
  if (random.Chance(0.03)) size = 5000 * Exp(-Log(random.Unit()) / 1.3);
  return std::min(kLargest, std::max(40.0, size));
}

// Objects drawn in random order become vacant until the share of the floor area is reached.
void Vacate(const Geography& geography, bool heerlen, double share, Random& random,
            std::vector<Office>& offices) {
  std::vector<int> order;
  double total = 0;
  for (size_t i = 0; i < offices.size(); ++i) {
    if (InHeerlen(geography, offices[i].neighbourhood) != heerlen) continue;
    order.push_back(static_cast<int>(i));
    total += offices[i].floor_m2;
  }
  random.Shuffle(order);
  double left = total * share;
  for (const int i : order) {
    if (offices[i].floor_m2 > left) continue;
    offices[i].vacant = true;
    left -= offices[i].floor_m2;
  }
}

}  // namespace

std::vector<Office> MakeOffices(const Geography& geography, uint64_t seed, int shrink) {
  Random random(seed, "offices");
  std::vector<int> heerlen, elsewhere;
  for (size_t n = 0; n < geography.neighbourhoods.size(); ++n) {
    const bool centre = absl::StrContains(geography.neighbourhoods[n].name, "Centrum");
    std::vector<int>& list = InHeerlen(geography, static_cast<int>(n)) ? heerlen : elsewhere;
    list.insert(list.end(), centre ? 8 : 1, static_cast<int>(n));
  }
  std::vector<Office> offices;
  for (int i = 0; i < kObjects / shrink; ++i) {
    Office office;
    const std::vector<int>& places = i % 2 == 0 ? heerlen : elsewhere;
    office.neighbourhood = places[random.Below(places.size())];
    office.location = LocationOf(geography.neighbourhoods[office.neighbourhood], random);
    office.floor_m2 = static_cast<int>(DrawSize(random));
    // The square of a uniform number: low owner numbers come often.
    const double owner = random.Unit();
    office.owner = static_cast<int>(owner * owner * kObjects / shrink * 0.4);
    offices.push_back(office);
  }
  Vacate(geography, true, kVacancyHeerlen, random, offices);
  Vacate(geography, false, kVacancyElsewhere, random, offices);
  return offices;
}

absl::Status WriteOffices(const Geography& geography, const std::vector<Office>& offices,
                          const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path, "object_id,eigenaar_id,buurt,locatietype,leeg,vvo_m2"));
  for (size_t i = 0; i < offices.size(); ++i) {
    const Office& o = offices[i];
    file.Row(ObjectKey(static_cast<int>(i)),
             absl::StrCat("E", absl::Dec(o.owner + 1, absl::kZeroPad5)),
             geography.neighbourhoods[o.neighbourhood].code, o.location, o.vacant ? "ja" : "nee",
             o.floor_m2);
  }
  return file.Close();
}

absl::Status WriteOfficesOf2018(const Geography& geography, std::vector<Office> offices,
                                uint64_t seed, const std::string& path) {
  Random random(seed, "offices of 2018");
  for (Office& office : offices) office.vacant = false;
  Vacate(geography, true, kVacancyHeerlen2018, random, offices);
  Vacate(geography, false, kVacancyElsewhere2018, random, offices);
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "object_id,eigenaar_id,gemeente,locatietype,leeg,vvo_m2"));
  for (size_t i = 0; i < offices.size(); ++i) {
    const Office& o = offices[i];
    file.Row(ObjectKey(static_cast<int>(i)),
             absl::StrCat("E", absl::Dec(o.owner + 1, absl::kZeroPad5)),
             MunicipalityIn2018(geography, o.neighbourhood), o.location, o.vacant ? "ja" : "nee",
             o.floor_m2);
  }
  return file.Close();
}

std::string ObjectKey(int object) {
  return absl::StrCat("V",
                      absl::Dec((int64_t{object} + 1) * 449489743 % 1000000000, absl::kZeroPad9));
}

}  // namespace kluis::demo
