#include "server/local/specify.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace kluis {
namespace {

constexpr char kAnyName[] = "microdata";

absl::Status Fault(const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "\nhint: write '\"Size\"\"Region\"|\"Var2\"', or '\"Size\"|<freq>'"));
}

// The names between quotes. False when something stands outside them.
bool ReadNames(absl::string_view text, std::vector<std::string>* names) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '"');
  if (parts.size() % 2 == 0) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const absl::string_view part = absl::StripAsciiWhitespace(parts[i]);
    if (i % 2 == 0 ? !part.empty() : part.empty()) return false;
    if (i % 2 == 1) names->emplace_back(part);
  }
  return true;
}

// SQL's name of a variable of a .rda.
std::string NameOf(const std::string& variable) {
  std::string name = variable;
  for (char& c : name) {
    if (!absl::ascii_isalnum(c)) c = '_';
  }
  return name;
}

std::string Name(const std::string& variable) {
  return absl::StrCat("\"", NameOf(variable), "\"");
}

}  // namespace

absl::StatusOr<Specification> ReadSpecification(const std::string& specification) {
  const std::vector<std::string> parts = absl::StrSplit(specification, '|');
  if (parts.size() < 2 || parts.size() > 4)
    return Fault(absl::StrCat("--specify: '", specification, "' has ", parts.size(),
                              " parts between |, not 2 to 4"));
  std::vector<std::string> spanning, response;
  const std::string counted(absl::StripAsciiWhitespace(parts[1]));
  const bool count = absl::EqualsIgnoreCase(counted, "<freq>");
  if (!ReadNames(parts[0], &spanning) || spanning.empty())
    return Fault("--specify: the first part is no list of names in quotes");
  if (!count && (!ReadNames(counted, &response) || response.size() != 1))
    return Fault("--specify: the second part is no name in quotes");
  Specification result;
  for (size_t i = 2; i < parts.size(); ++i) {
    std::vector<std::string> names;
    const bool names_only = ReadNames(parts[i], &names);
    if (names_only && (names.empty() || names == response)) continue;
    if (i == 3) return Fault("--specify: the cost is said by the rule set, in secondary.cost");
    if (!names_only || names.size() != 1)
      return Fault("--specify: the third part is no name in quotes of one shadow variable");
    if (count) return Fault("--specify: a count has no shadow variable");
    result.shadow = NameOf(names[0]);
  }
  std::vector<std::string> columns;
  for (const std::string& name : spanning) columns.push_back(Name(name));
  const std::string by = absl::StrJoin(columns, ", ");
  const std::string statistic =
      count ? "COUNT(*) AS n" : absl::StrCat("SUM(", Name(response[0]), ") AS ", Name(response[0]));
  result.sql = absl::StrCat("SELECT ", by, ", ", statistic, " FROM ", kAnyName,
                            " GROUP BY CUBE (", by, ")");
  return result;
}

}  // namespace kluis
