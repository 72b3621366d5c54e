// Files for the tests of the policy folder.
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_POLICY_FILES_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_POLICY_FILES_H_

#include <fstream>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"

namespace kluis {

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Small code lists by path; every other path is not found.
inline absl::StatusOr<std::string> SmallCodeLists(const std::string& path) {
  constexpr char kHeader[] = "code,parent,level,label_nl,label_en\n";
  if (path == "codes/gemeente.csv") {
    return absl::StrCat(kHeader,
                        "LI,,1,Limburg,Limburg\n"
                        "GM0917,LI,2,Heerlen,Heerlen\n"
                        "GM0928,LI,2,Kerkrade,Kerkrade\n");
  }
  if (path == "codes/buurt.csv") {
    return absl::StrCat(kHeader,
                        "GM0917,,1,Heerlen,Heerlen\n"
                        "WK091701,GM0917,2,Centrum,Centre\n"
                        "BU09170101,WK091701,3,Stationsbuurt,Station\n");
  }
  if (path == "codes/sbi2008.csv") {
    return absl::StrCat(kHeader,
                        "G,,1,Handel,Trade\n"
                        "47,G,2,Detailhandel,Retail\n"
                        "471,47,3,Supermarkten,Supermarkets\n"
                        "4711,471,4,\"Supermarkten, groot\",\n");
  }
  // Of 2016: Onderbanken and Nuth are to merge, Haaren is to be split.
  if (path == "codes/gemeente2016.csv") {
    return absl::StrCat(kHeader,
                        "LI,,1,Limburg,Limburg\n"
                        "NB,,1,Noord-Brabant,North Brabant\n"
                        "GM0881,LI,2,Onderbanken,Onderbanken\n"
                        "GM0917,LI,2,Heerlen,Heerlen\n"
                        "GM0951,LI,2,Nuth,Nuth\n"
                        "GM0788,NB,2,Haaren,Haaren\n"
                        "GM0757,NB,2,Boxtel,Boxtel\n"
                        "GM0824,NB,2,Oisterwijk,Oisterwijk\n");
  }
  constexpr char kChanges[] = "code,successor,date,label_nl,label_en\n";
  if (path == "codes/changes.csv") {
    return absl::StrCat(kChanges,
                        "GM0881,GM1954,2019-01-01,Beekdaelen,Beekdaelen\n"
                        "GM0951,GM1954,2019-01-01,Beekdaelen,Beekdaelen\n"
                        "GM0788,GM0757,2021-01-01,,\n"
                        "GM0788,GM0824,2021-01-01,,\n");
  }
  if (path == "codes/changes_lacking.csv") {
    return absl::StrCat(kChanges,
                        "GM0881,GM1954,2019-01-01,Beekdaelen,Beekdaelen\n"
                        "GM0951,GM1954,2019-01-01,Beekdaelen,Beekdaelen\n"
                        "GM0962,GM1954,2019-01-01,Beekdaelen,Beekdaelen\n");
  }
  if (path == "codes/changes_across.csv")
    return absl::StrCat(kChanges, "GM0757,GM1961,2019-01-01,,\nGM0951,GM1961,2019-01-01,,\n");
  if (path == "codes/changes_wrong.csv")
    return absl::StrCat(kChanges, "GM0757,GM1961,1 januari,,\n,GM1961,2019-01-01,,\n");
  if (path == "codes/gemeente_all_years.csv") {
    return std::string("code,parent,level,label_nl,label_en,valid_from,valid_until\n"
                       "GM0881,,1,Onderbanken,Onderbanken,,2018-12-31\n"
                       "GM0917,,1,Heerlen,Heerlen,,\n"
                       "GM0951,,1,Nuth,Nuth,,2018-12-31\n"
                       "GM1954,,1,Beekdaelen,Beekdaelen,2019-01-01,\n");
  }
  if (path == "codes/cyclic.csv") return absl::StrCat(kHeader, "A,B,1,a,a\nB,A,1,b,b\n");
  return absl::NotFoundError("no such file");
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_POLICY_FILES_H_
