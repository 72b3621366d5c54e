#include "server/demo/geography.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/csv_file.h"

namespace kluis::demo {
namespace {

constexpr const char* kParts[] = {"Centrum", "Noord", "Oost", "Zuid", "West",
                                  "Hoog",    "Laag",  "Park", "Veld"};
constexpr int kMostParts = 9;
constexpr int kPersonsPerPart = 1900;

using Rows = std::vector<std::vector<std::string>>;

// One published row by column name.
class Figures {
 public:
  Figures(const std::vector<std::string>& header, const std::vector<std::string>& row) {
    for (size_t i = 0; i < header.size() && i < row.size(); ++i) values_[header[i]] = row[i];
  }
  const std::string& Text(const std::string& name) { return values_[name]; }
  // -1 where nothing is published.
  double Number(const std::string& name) {
    double value = -1;
    return absl::SimpleAtod(values_[name], &value) ? value : -1;
  }

 private:
  std::map<std::string, std::string> values_;
};

Municipality MunicipalityFrom(Figures row) {
  return {row.Text("code"), row.Text("name"), static_cast<int>(row.Number("population")),
          row.Number("income_low"), row.Number("income_high")};
}

// "Wijk 11 Mariarade" is "Mariarade"; "Wijk 05" has no other name.
std::string NameOf(absl::string_view published) {
  absl::string_view name = published;
  absl::ConsumePrefix(&name, "Wijk");
  absl::ConsumePrefix(&name, " ");
  if (name.size() > 3) return std::string(name.substr(3));
  return std::string(published);
}

District DistrictFrom(Figures row, const std::vector<Municipality>& municipalities) {
  District district;
  district.code = row.Text("code");
  district.name = NameOf(row.Text("name"));
  while (municipalities[district.municipality].code.substr(2) != district.code.substr(2, 4)) {
    ++district.municipality;
  }
  const Municipality& municipality = municipalities[district.municipality];
  district.published_population = static_cast<int>(row.Number("population"));
  district.population = district.published_population;
  district.dwellings = static_cast<int>(row.Number("dwelling_total"));
  const char* const groups[] = {"pop_0_14", "pop_15_24", "pop_25_44", "pop_45_64", "pop_65plus"};
  for (int i = 0; i < kAgeGroups; ++i)
    district.age_percent[i] = static_cast<int>(row.Number(groups[i]));
  district.income_low = row.Number("income_low");
  district.income_high = row.Number("income_high");
  if (district.income_low < 0) district.income_low = municipality.income_low;
  if (district.income_high < 0) district.income_high = municipality.income_high;
  return district;
}

void Reconcile(Geography& geography, int municipality) {
  std::vector<District*> members;
  int sum = 0;
  for (District& d : geography.districts) {
    if (d.municipality != municipality) continue;
    members.push_back(&d);
    sum += d.population;
  }
  std::stable_sort(members.begin(), members.end(), [](const District* a, const District* b) {
    return a->population > b->population;
  });
  int missing = geography.municipalities[municipality].population - sum;
  for (size_t i = 0; missing != 0; i = (i + 1) % members.size()) {
    const int step = missing > 0 ? 1 : -1;
    members[i]->population += step;
    missing -= step;
  }
}

// A fixed number from 0 to n-1 for a district: the neighbourhoods do not depend on the seed.
int Fixed(const std::string& code, int salt, int n) {
  uint64_t hash = 1469598103934665603u + salt;
  for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return static_cast<int>((hash >> 20) % n);
}

// Every second larger district has a hamlet of 5 to 40 persons outside the built-up area.
void AddNeighbourhoods(Geography& geography, int index, int shrink) {
  District& district = geography.districts[index];
  const int population = district.published_population;
  const int parts = std::min(kMostParts, 2 + population / kPersonsPerPart);
  const int hamlet =
      population > 2000 && Fixed(district.code, 7, 2) == 0 ? 5 + Fixed(district.code, 3, 36) : 0;
  std::vector<int> weights;
  for (int i = 0; i < parts; ++i) weights.push_back(50 + Fixed(district.code, 11 + i, 60));
  std::vector<int> sizes = Apportion(std::max(0, district.population - hamlet / shrink), weights);
  if (hamlet > 0)
    sizes.push_back(district.population - std::accumulate(sizes.begin(), sizes.end(), 0));
  district.first_neighbourhood = static_cast<int>(geography.neighbourhoods.size());
  district.neighbourhoods = static_cast<int>(sizes.size());
  for (int i = 0; i < district.neighbourhoods; ++i) {
    const bool outside = hamlet > 0 && i == parts;
    geography.neighbourhoods.push_back(
        {absl::StrCat("BU", district.code.substr(2), absl::Dec(outside ? 9 : i, absl::kZeroPad2)),
         absl::StrCat(district.name, " ", outside ? "Buitengebied" : kParts[i]), index, sizes[i]});
  }
}

absl::Status ReadAgeBase(const std::string& path, Geography& geography) {
  KLUIS_ASSIGN_OR_RETURN(const Rows rows, ReadCsv(path));
  if (rows.size() != geography.age_base.size() + 1) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": expected 20 age groups"));
  }
  for (size_t i = 1; i < rows.size(); ++i) {
    for (int sex = 0; sex < 2; ++sex) {
      if (!absl::SimpleAtoi(rows[i].at(sex + 1), &geography.age_base[i - 1][sex])) {
        return absl::InvalidArgumentError(absl::StrCat(path, ":", i + 1, ": not a whole number"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<int> Apportion(int total, const std::vector<int>& weights) {
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  std::vector<int> parts, order;
  std::vector<int64_t> remainder;
  int given = 0;
  for (const int weight : weights) {
    parts.push_back(static_cast<int>(int64_t{total} * weight / sum));
    remainder.push_back(int64_t{total} * weight % sum);
    order.push_back(static_cast<int>(order.size()));
    given += parts.back();
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return remainder[a] > remainder[b]; });
  for (int i = 0; given < total; ++i, ++given) ++parts[order[i]];
  return parts;
}

absl::StatusOr<Geography> ReadGeography(const std::string& figures, int shrink) {
  Geography geography;
  KLUIS_ASSIGN_OR_RETURN(const Rows municipalities,
                         ReadCsv(figures + "/gemeenten_parkstad_2022.csv"));
  KLUIS_ASSIGN_OR_RETURN(const Rows districts, ReadCsv(figures + "/wijken_parkstad_2022.csv"));
  KLUIS_RETURN_IF_ERROR(ReadAgeBase(figures + "/leeftijd_postcode64.csv", geography));
  for (size_t i = 1; i < municipalities.size(); ++i) {
    geography.municipalities.push_back(
        MunicipalityFrom(Figures(municipalities[0], municipalities[i])));
  }
  std::stable_sort(geography.municipalities.begin(), geography.municipalities.end(),
                   [](const Municipality& a, const Municipality& b) { return a.code < b.code; });
  for (size_t i = 1; i < districts.size(); ++i) {
    geography.districts.push_back(
        DistrictFrom(Figures(districts[0], districts[i]), geography.municipalities));
  }
  for (size_t m = 0; m < geography.municipalities.size(); ++m)
    Reconcile(geography, static_cast<int>(m));
  for (size_t d = 0; d < geography.districts.size(); ++d) {
    geography.districts[d].population = std::max(1, geography.districts[d].population / shrink);
    geography.districts[d].dwellings = std::max(1, geography.districts[d].dwellings / shrink);
    AddNeighbourhoods(geography, static_cast<int>(d), shrink);
  }
  return geography;
}

std::string NeighbourhoodCodeList(const Geography& geography) {
  std::string text = "code,parent,level,label_nl,label_en\n";
  for (size_t m = 0; m < geography.municipalities.size(); ++m) {
    const Municipality& municipality = geography.municipalities[m];
    absl::StrAppend(&text, municipality.code, ",,1,", municipality.name, ",", municipality.name,
                    "\n");
    for (const District& d : geography.districts) {
      if (d.municipality != static_cast<int>(m)) continue;
      absl::StrAppend(&text, d.code, ",", municipality.code, ",2,", d.name, ",", d.name, "\n");
      for (int b = 0; b < d.neighbourhoods; ++b) {
        const Neighbourhood& n = geography.neighbourhoods[d.first_neighbourhood + b];
        absl::StrAppend(&text, n.code, ",", d.code, ",3,", n.name, ",", n.name, "\n");
      }
    }
  }
  return text;
}

}  // namespace kluis::demo
