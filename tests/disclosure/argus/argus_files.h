// Files of tau-ARGUS for the tests of the argus folder: small, valid, with every keyword.
#ifndef KLUIS_TESTS_DISCLOSURE_ARGUS_ARGUS_FILES_H_
#define KLUIS_TESTS_DISCLOSURE_ARGUS_ARGUS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "disclosure/argus/code_files.h"

namespace kluis {

// Microdata of fixed width: the layout of the test set tau_testW, described anew.
inline constexpr char kFixedRda[] = R"(// test set
Year 1 2 99
  <RECODEABLE>
IndustryCode 4 5 99999
  <RECODEABLE>
  <HIERARCHICAL>
  <HIERLEVELS> 3 1 1 0 0
  <DISTANCE> 1 3 5 7 9
Size 9 2 99
  <RECODEABLE>
Region 12 2 99
  <RECODEABLE>
  <CODELIST> "region.cdl"
  <HIERARCHICAL>
  <HIERCODELIST> "region.hrc"
  <HIERLEADSTRING> "@"
Wgt 15 4 9999
  <DECIMALS> 1
  <WEIGHT>
Var1 19 9 999999999
  <NUMERIC>
Var2 28 10 9999999999
  <NUMERIC>
  <DECIMALS> 2
Request 99 1
  <REQUEST> "1" "2"
)";

inline constexpr char kFreeRda[] = R"(<SEPARATOR> ";"
Sex 1
  <RECODEABLE>
  <TRUNCABLE>
"Age group" 3 "" // no missing value
  <RECODABLE>
  <NUMERIC>
  <DECIMALS> 1
Group 8 "-"
  <HOLDING>
Turnover 12 "x"
  <NUMERIC>
  <DECIMALS> 2
Unused 4
)";

inline constexpr char kTableRda[] = R"(<SEPARATOR> ";"
<SAFE> "S"
<UNSAFE> "U"
<PROTECT> "P"
Size "99"
  <RECODEABLE>
  <TOTCODE> "Total"
Region
  <RECODEABLE>
  <TOTCODE> "Total"
  <HIERARCHICAL>
  <HIERCODELIST> "region.hrc"
  <HIERLEADSTRING> "@"
Var2
  <NUMERIC>
  <DECIMALS> 2
FreqVar
  <FREQUENCY>
Var2_Shadow
  <NUMERIC> <SHADOW>
Var2_Cost
  <NUMERIC> <COSTVAR>
Top1
  <MAXSCORE>
Top2
  <MAXSCORE>
StatusVar
  <STATUS>
Low
  <NUMERIC> <LOWERPL>
Up
  <NUMERIC> <UPPERPL>
)";

inline constexpr char kRegionHrc[] = "Nr\n@ 1\n@ 2\nZd\n@11\n@12\n";
inline constexpr char kRegionCdl[] = "1,Groningen\n2,\"Friesland, with islands\"\nNr,North\n";

inline constexpr char kTableText[] =
    "\"Total\";\"Total\";30,00;7;30,00;30,00;10,00;8,00;S;0,01;0,01\n"
    "\"Total\";\"Nr\";30,00;7;30,00;30,00;10,00;8,00;S;0,01;0,01\n"
    "\"Total\";\" 1\";20,00;5;20,00;20,00;10,00;2,00;U;1,50;2,50\n"
    "\"Total\";\" 2\";10,00;2;10,00;10,00;8,00;2,00;M;0;0\n"
    "\" 5\";\"Total\";25,50;5;25,50;25,50;10,00;8,00;P;0;0\n"
    "\" 5\";\"Nr\";25,50;5;25,50;25,50;10,00;8,00;S;0;0\n"
    "\" 5\";\" 1\";20,00;4;20,00;20,00;10,00;2,00;S;0;0\n"
    "\" 5\";\" 2\";5,50;1;5,50;5,50;5,50;0;U;0,75;0,75\n"
    "\"99\";\"Total\";4,50;2;4,50;4,50;4,00;0,50;S;0;0\n"
    "\"99\";\"Nr\";4,50;2;4,50;4,50;4,00;0,50;S;0;0\n"
    "\"99\";\" 1\";0;1;0;0;0;0;S;0;0\n"
    "\"99\";\" 2\";4,50;1;4,50;4,50;4,00;0,50;S;0;0\n";

inline constexpr char kJj[] =
    "0\n"
    "3\n"
    "0 25.0 25 s 0.0 37.5 0.0000 0.0000 0.0\n"
    "1 20.0 20 u 0.0 37.5 2.0000 2.0000 0.0\n"
    "2 5.0 5 m 0.0 37.5 0.0000 0.0000 0.0\n"
    "1\n"
    "0 3 : 0 (-1) 1 (1) 2 (1)\n";

inline constexpr char kHst[] =
    "\"Total\";12;p\n34100;9;c;1000\n34100;Zd;pl;20;30,5\n;9;u\n34;9;ML\n3;9;ab;-1;2\n";

inline absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  const std::string name = ArgusBaseName(path);
  if (name == "region.hrc") return std::string(kRegionHrc);
  if (name == "region.cdl") return std::string(kRegionCdl);
  return absl::NotFoundError("no such file");
}

// The value of a text that must be right.
template <typename T>
T Good(const Parsed<T>& parsed) {
  EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  return parsed.value;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_ARGUS_ARGUS_FILES_H_
