#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/argus/rda.h"

namespace kluis {
namespace {

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", text, "\""); }

std::string RoleLines(const ArgusVariable& variable) {
  switch (variable.role) {
    case ArgusRole::kNone:
      return "";
    case ArgusRole::kCategorical:
      return "  <RECODEABLE>\n";
    case ArgusRole::kResponse:
      return "  <NUMERIC>\n";
    case ArgusRole::kCategoricalResponse:
      return "  <RECODEABLE>\n  <NUMERIC>\n";
    case ArgusRole::kWeight:
      return "  <WEIGHT>\n";
    case ArgusRole::kHolding:
      return "  <HOLDING>\n";
    case ArgusRole::kRequest: {
      std::string line = "  <REQUEST>";
      for (const std::string& code : variable.request_codes) {
        absl::StrAppend(&line, " ", Quoted(code));
      }
      return line + "\n";
    }
    case ArgusRole::kFrequency:
      return "  <FREQUENCY>\n";
    case ArgusRole::kMaxScore:
      return "  <MAXSCORE>\n";
    case ArgusRole::kStatus:
      return "  <STATUS>\n";
    case ArgusRole::kShadow:
      return "  <NUMERIC> <SHADOW>\n";
    case ArgusRole::kCost:
      return "  <NUMERIC> <COSTVAR>\n";
    case ArgusRole::kLowerLevel:
      return "  <NUMERIC> <LOWERPL>\n";
    case ArgusRole::kUpperLevel:
      return "  <NUMERIC> <UPPERPL>\n";
  }
  return "";
}

std::string CategoryLines(const ArgusVariable& variable) {
  std::string out;
  if (!variable.total_code.empty()) {
    absl::StrAppend(&out, "  <TOTCODE> ", Quoted(variable.total_code), "\n");
  }
  if (!variable.distance.empty()) {
    absl::StrAppend(&out, "  <DISTANCE> ", absl::StrJoin(variable.distance, " "), "\n");
  }
  if (!variable.code_list.empty()) {
    absl::StrAppend(&out, "  <CODELIST> ", Quoted(variable.code_list), "\n");
  }
  if (!variable.levels.empty()) {
    absl::StrAppend(&out, "  <HIERARCHICAL>\n  <HIERLEVELS> ", absl::StrJoin(variable.levels, " "),
                    "\n");
  }
  if (!variable.hierarchy.empty()) {
    absl::StrAppend(&out, "  <HIERARCHICAL>\n  <HIERCODELIST> ", Quoted(variable.hierarchy), "\n");
  }
  if (!variable.hierarchy.empty() || variable.lead != ".") {
    absl::StrAppend(&out, "  <HIERLEADSTRING> ", Quoted(variable.lead), "\n");
  }
  return out;
}

}  // namespace

const ArgusVariable* ArgusMetadata::Find(ArgusRole role) const {
  for (const ArgusVariable& variable : variables) {
    if (variable.role == role) return &variable;
  }
  return nullptr;
}

std::string WriteRda(const ArgusMetadata& metadata) {
  std::string out;
  if (!metadata.fixed()) {
    absl::StrAppend(&out, "<SEPARATOR> ", Quoted(std::string(1, metadata.separator)), "\n");
  }
  if (metadata.table) {
    absl::StrAppend(&out, "<SAFE> ", Quoted(metadata.safe), "\n<UNSAFE> ", Quoted(metadata.unsafe),
                    "\n<PROTECT> ", Quoted(metadata.protect), "\n");
  }
  for (const ArgusVariable& variable : metadata.variables) {
    const bool plain = variable.name.find_first_of(" </") == std::string::npos;
    absl::StrAppend(&out, plain ? variable.name : Quoted(variable.name));
    if (!metadata.table && metadata.fixed()) absl::StrAppend(&out, " ", variable.start);
    if (!metadata.table) absl::StrAppend(&out, " ", variable.width);
    for (const std::string& missing : variable.missing) {
      absl::StrAppend(&out, " ", Quoted(missing));
    }
    absl::StrAppend(&out, "\n", RoleLines(variable), CategoryLines(variable));
    if (variable.decimals > 0) absl::StrAppend(&out, "  <DECIMALS> ", variable.decimals, "\n");
    if (variable.truncable) absl::StrAppend(&out, "  <TRUNCABLE>\n");
  }
  return out;
}

std::string ArgusBaseName(absl::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return std::string(slash == absl::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace kluis
