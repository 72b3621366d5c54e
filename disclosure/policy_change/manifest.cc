#include "disclosure/policy_change/manifest.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/sha256.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

using Json = nlohmann::json;

constexpr char kFormat[] = "kluis-policy-bundle/1";
constexpr int64_t kVersionMost = 1'000'000'000;

Json TreeJson(const YamlNode& node, bool ordered_parts) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return node.text;
    case YamlNode::Kind::kSequence: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(TreeJson(item, false));
      return list;
    }
    case YamlNode::Kind::kMap:
      break;
  }
  Json map = Json::object();
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& key = node.keys[i].text;
    const YamlNode& value = node.items[i];
    const bool in_order = ordered_parts && value.kind == YamlNode::Kind::kMap &&
                          (key == "variables" || key == "links");
    if (!in_order) {
      map[key] = TreeJson(value, false);
      continue;
    }
    map[key] = Json::array();
    for (size_t j = 0; j < value.keys.size(); ++j)
      map[key].push_back({value.keys[j].text, TreeJson(value.items[j], false)});
  }
  return map;
}

bool IsTime(absl::string_view text) {
  if (text.size() != 20 || !IsDate(text.substr(0, 10))) return false;
  const absl::string_view rest = text.substr(10);
  const auto two = [&](size_t at, int most) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(rest[at])) ||
        !absl::ascii_isdigit(static_cast<unsigned char>(rest[at + 1])))
      return false;
    return (rest[at] - '0') * 10 + (rest[at + 1] - '0') <= most;
  };
  return rest[0] == 'T' && two(1, 23) && rest[3] == ':' && two(4, 59) && rest[6] == ':' &&
         two(7, 59) && rest[9] == 'Z';
}

bool IsHash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

absl::Status CheckPath(const std::string& path) {
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part[0] == '.' || absl::StrContains(part, "\\"))
      return absl::InvalidArgumentError(absl::StrCat("'", path, "' is no path of a policy folder"));
  }
  return absl::OkStatus();
}

absl::Status CheckHeader(const Manifest& manifest) {
  if (manifest.version < 1 || manifest.version > kVersionMost)
    return absl::InvalidArgumentError(absl::StrCat("a policy has no version ", manifest.version));
  if (!IsTime(manifest.not_before))
    return absl::InvalidArgumentError(
        absl::StrCat("'", manifest.not_before, "' is no time; write YYYY-MM-DDTHH:MM:SSZ"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CanonicalYaml(absl::string_view path, absl::string_view text) {
  DiagnosticSink sink(text, path);
  const auto root = ParseYaml(text, &sink);
  if (!root || !sink.empty()) return absl::InvalidArgumentError(FormatDiagnostic(sink.Sorted()[0]));
  return CanonicalJson(TreeJson(*root, absl::StartsWith(path, "datasets/")));
}

absl::StatusOr<Manifest> MakeManifest(const std::map<std::string, std::string>& files,
                                      int64_t version, absl::string_view not_before) {
  Manifest manifest{version, std::string(not_before), {}};
  KLUIS_RETURN_IF_ERROR(CheckHeader(manifest));
  for (const auto& [path, text] : files) {
    KLUIS_RETURN_IF_ERROR(CheckPath(path));
    if (!absl::EndsWith(path, ".yaml")) {
      manifest.files[path] = Sha256Hex(text);
      continue;
    }
    KLUIS_ASSIGN_OR_RETURN(const std::string canonical, CanonicalYaml(path, text));
    manifest.files[path] = Sha256Hex(canonical);
  }
  if (manifest.files.empty()) return absl::InvalidArgumentError("a policy has no files");
  return manifest;
}

std::string CanonicalManifest(const Manifest& manifest) {
  return CanonicalJson({{"files", manifest.files},
                        {"format", kFormat},
                        {"not_before", manifest.not_before},
                        {"version", manifest.version}});
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  const absl::Status wrong =
      absl::InvalidArgumentError("not the canonical text of a policy bundle");
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("files") || !json["files"].is_object() ||
      !json.contains("version") || !json["version"].is_number_integer() ||
      !json.contains("not_before") || !json["not_before"].is_string())
    return wrong;
  Manifest manifest{json["version"].get<int64_t>(), json["not_before"].get<std::string>(), {}};
  for (const auto& [path, hash] : json["files"].items()) {
    if (!hash.is_string() || !IsHash(hash.get<std::string>())) return wrong;
    KLUIS_RETURN_IF_ERROR(CheckPath(path));
    manifest.files[path] = hash.get<std::string>();
  }
  KLUIS_RETURN_IF_ERROR(CheckHeader(manifest));
  if (manifest.files.empty() || CanonicalManifest(manifest) != text) return wrong;
  return manifest;
}

absl::Status CheckManifest(const Manifest& manifest,
                           const std::map<std::string, std::string>& files) {
  KLUIS_ASSIGN_OR_RETURN(const Manifest found,
                         MakeManifest(files, manifest.version, manifest.not_before));
  for (const auto& [path, hash] : manifest.files) {
    const auto file = found.files.find(path);
    if (file == found.files.end())
      return absl::InvalidArgumentError(absl::StrCat(path, " is missing"));
    if (file->second != hash)
      return absl::InvalidArgumentError(absl::StrCat(path, " is not the file that was signed"));
  }
  for (const auto& [path, hash] : found.files) {
    if (manifest.files.count(path) == 0)
      return absl::InvalidArgumentError(absl::StrCat(path, " was not signed"));
  }
  return absl::OkStatus();
}

}  // namespace kluis
