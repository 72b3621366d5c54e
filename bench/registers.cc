#include "bench/registers.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr int kMunicipalities = 342, kNeighbourhoods = 13'000, kSections = 20, kDivisions = 88;

constexpr char kPersons[] = R"(dataset: persoon
title: {nl: Personen, en: Persons}
period: "2016"
unit: persoon
source: {file: persoon.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  buurt: {role: dimension, kind: identifying, codes: codes/buurt.csv, levels: [gemeente, buurt]}
  geslacht: {role: dimension, kind: identifying, values: [M, V]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 99], bands: {from: 0, to: 100, widths: [10, 20]}}
  herkomst: {role: dimension, kind: identifying, values: ["0", "1", "2", "3", "4"]}
  inkomen: {role: measure, unit: EUR, decimals: 2}
links:
  baan: {key: [rin], to: baan, one: true, membership: identifying}
)";

constexpr char kJobs[] = R"(dataset: baan
title: {nl: Hoofdbanen, en: Main jobs}
period: "2016"
unit: persoon
source: {file: baan.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  sector: {role: dimension, kind: identifying, values: [A, B, C, D, E, F, G, H]}
  loon: {role: measure, unit: EUR, decimals: 2}
)";

constexpr char kBusinesses[] = R"(dataset: bedrijf
title: {nl: Bedrijven, en: Businesses}
period: "2016"
unit: bedrijf
source: {file: bedrijf.csv, empty: ""}
contributor: [bedrijf_id, holding_id]
variables:
  bedrijf_id: {role: identifier}
  holding_id: {role: identifier}
  gemeente: {role: dimension, kind: identifying, codes: codes/gemeente.csv, levels: [gemeente]}
  sbi: {role: dimension, kind: identifying, codes: codes/sbi.csv, levels: [sectie, afdeling]}
  omzet: {role: measure, unit: "1 000 EUR", decimals: 2}
)";

void WriteText(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  KLUIS_CHECK(static_cast<bool>(std::ofstream(file) << text));
}

void WriteCodes(const fs::path& codes) {
  const std::string header = "code,parent,level,label_nl,label_en\n";
  std::string areas = header, districts, sectors = header, divisions;
  for (int g = 0; g < kMunicipalities; ++g) {
    absl::StrAppendFormat(&areas, "GM%04d,,1,gemeente,municipality\n", g);
  }
  for (int b = 0; b < kNeighbourhoods; ++b) {
    absl::StrAppendFormat(&districts, "BU%08d,GM%04d,2,buurt,neighbourhood\n", b,
                          b * kMunicipalities / kNeighbourhoods);
  }
  for (int s = 0; s < kSections; ++s) {
    absl::StrAppendFormat(&sectors, "%c,,1,sectie,section\n", 'A' + s);
  }
  for (int d = 0; d < kDivisions; ++d) {
    absl::StrAppendFormat(&divisions, "%02d,%c,2,afdeling,division\n", d,
                          'A' + d * kSections / kDivisions);
  }
  WriteText(codes / "gemeente.csv", areas);
  WriteText(codes / "buurt.csv", areas + districts);
  WriteText(codes / "sbi.csv", sectors + divisions);
}

void WriteCsv(const fs::path& file, const char* header, int64_t rows,
              const std::function<std::string(int64_t)>& row) {
  std::FILE* const out = std::fopen(file.c_str(), "w");
  KLUIS_CHECK(out != nullptr);
  std::fputs(header, out);
  for (int64_t i = 0; i < rows; ++i) {
    const std::string line = row(i);
    KLUIS_CHECK(std::fwrite(line.data(), 1, line.size(), out) == line.size());
  }
  KLUIS_CHECK(std::fclose(out) == 0);
}

// The first of `count` are the most likely.
int Skewed(std::mt19937_64& random, int count) {
  const double uniform = static_cast<double>(random() >> 11) / 9007199254740992.0;
  return static_cast<int>(std::pow(uniform, 1.3) * count);
}

}  // namespace

RegisterSizes RegisterSizes::FromEnvironment() {
  RegisterSizes sizes;
  const char* text = std::getenv("KLUIS_BENCH_SHARE");
  const double share = text == nullptr ? 1 : std::atof(text);
  for (int64_t* size : {&sizes.persons, &sizes.businesses, &sizes.employed}) {
    *size = static_cast<int64_t>(static_cast<double>(*size) * share);
  }
  return sizes;
}

void WritePersons(const fs::path& policies, int64_t persons) {
  WriteCodes(policies / "codes");
  WriteText(policies / "persoon.yaml", kPersons);
  std::mt19937_64 random(1);
  std::lognormal_distribution<> income(10.2, 0.7);
  WriteCsv(policies / "persoon.csv", "rin,buurt,geslacht,leeftijd,herkomst,inkomen\n", persons,
           [&](int64_t i) {
             const uint64_t draw = random();
             return absl::StrFormat("%09d,BU%08d,%c,%d,%d,%.2f\n", i,
                                    Skewed(random, kNeighbourhoods), draw % 2 ? 'M' : 'V',
                                    draw / 2 % 100, draw / 200 % 5, income(random));
           });
}

void WriteRegisters(const fs::path& policies, const RegisterSizes& sizes) {
  WritePersons(policies, sizes.persons);
  WriteText(policies / "baan.yaml", kJobs);
  WriteText(policies / "bedrijf.yaml", kBusinesses);
  std::mt19937_64 random(2);
  std::lognormal_distribution<> wage(10.3, 0.6), turnover(5, 1.9);
  WriteCsv(policies / "baan.csv", "rin,sector,loon\n", sizes.employed, [&](int64_t i) {
    return absl::StrFormat("%09d,%c,%.2f\n", 2 * i, 'A' + Skewed(random, 8), wage(random));
  });
  WriteCsv(policies / "bedrijf.csv", "bedrijf_id,holding_id,gemeente,sbi,omzet\n",
           sizes.businesses, [&](int64_t i) {
             const int64_t holding = static_cast<int64_t>(random() % (sizes.businesses * 4 / 5 + 1));
             return absl::StrFormat("%d,%d,GM%04d,%02d,%.2f\n", i, holding,
                                    Skewed(random, kMunicipalities), Skewed(random, kDivisions),
                                    turnover(random));
           });
}

}  // namespace kluis
