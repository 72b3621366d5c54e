#include "disclosure/argus/columns.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace kluis {
namespace {

constexpr size_t kNameBytesMax = 50;  // 63 with what makes it unique

std::string Unique(const std::string& name, std::set<std::string>* taken) {
  std::string unique = name;
  for (int i = 2; !taken->insert(absl::AsciiStrToLower(unique)).second; ++i) {
    unique = absl::StrCat(name, "_", i);
  }
  return unique;
}

VariableRole RoleOf(ArgusRole role) {
  switch (role) {
    case ArgusRole::kHolding:
      return VariableRole::kIdentifier;
    case ArgusRole::kResponse:
    case ArgusRole::kWeight:
      return VariableRole::kMeasure;
    default:
      return VariableRole::kDimension;
  }
}

}  // namespace

std::vector<CsvColumn> CsvColumns(const ArgusMetadata& metadata) {
  std::vector<CsvColumn> columns;
  std::set<std::string> taken;
  for (size_t i = 0; i < metadata.variables.size(); ++i) {
    const ArgusVariable& variable = metadata.variables[i];
    if (variable.role == ArgusRole::kNone) continue;
    const std::string name = Unique(SqlName(variable.name), &taken);
    columns.push_back({static_cast<int>(i), name, RoleOf(variable.role)});
    if (variable.role != ArgusRole::kCategoricalResponse) continue;
    columns.push_back(
        {static_cast<int>(i), Unique(name + "_value", &taken), VariableRole::kMeasure});
  }
  return columns;
}

std::string SqlName(absl::string_view text) {
  std::string name(text.substr(0, kNameBytesMax));
  for (char& c : name) {
    if (!absl::ascii_isalnum(c)) c = '_';
  }
  return name.empty() || absl::ascii_isdigit(name[0]) ? absl::StrCat("v", name) : name;
}

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace kluis
