#include "disclosure/policy/officers.h"

#include <algorithm>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

constexpr size_t kKeyBytes = 32;

// Points of small order: whoever knows none of its secret can sign under such a key. The encodings
// with the sign bit are those of the same points. Source: RFC 8032; the torsion points of
// edwards25519.
bool IsOfSmallOrder(std::string key) {
  static const std::vector<std::string> kPoints = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  key.back() = static_cast<char>(key.back() & 0x7F);
  const std::string hex = absl::BytesToHexString(key);
  return std::find(kPoints.begin(), kPoints.end(), hex) != kPoints.end();
}

// Base 64 that is written in one way only.
bool DecodeBase64(const std::string& text, std::string* bytes) {
  return absl::Base64Unescape(text, bytes) && absl::Base64Escape(*bytes) == text;
}

void ReadKey(MapReader* map, std::string* key) {
  std::string text, bytes;
  if (map->Require("key") == nullptr || !map->Text("key", &text)) return;
  if (!DecodeBase64(text, &bytes) || bytes.size() != kKeyBytes) {
    map->Error("key", absl::StrCat(map->Path("key"), " is no Ed25519 public key"),
               "write its 32 bytes in base 64: 44 characters, the last one '='");
  } else if (IsOfSmallOrder(bytes)) {
    map->Error("key", absl::StrCat(map->Path("key"), " is a key under which anybody can sign"),
               "ask the officer for the public key of a new pair");
  } else {
    *key = bytes;
  }
}

// Remembers where each value stands; false, with a diagnostic, when it was there before.
class Unique {
 public:
  explicit Unique(const char* what) : what_(what) {}
  bool Add(MapReader* map, const std::string& key, const std::string& value,
           const std::string& owner) {
    const auto [place, inserted] = seen_.emplace(value, owner);
    if (inserted) return true;
    map->Error(key, absl::StrCat(map->Path(key), " is also the ", what_, " of ", place->second),
               "each has one of their own");
    return false;
  }

 private:
  const char* what_;
  std::map<std::string, std::string> seen_;
};

bool IsUserId(const std::string& id) {
  return !id.empty() && id.size() <= 200 && id.find_first_of(" ,;*\"'") == std::string::npos;
}

class OfficerReader {
 public:
  explicit OfficerReader(DiagnosticSink* sink) : sink_(sink) {}

  void Read(const YamlNode& node, const std::string& path, Officers* officers) {
    Officer officer;
    MapReader map(node, path, sink_);
    if (map.Require("id") != nullptr && map.Text("id", &officer.id)) CheckId(&map, officer.id);
    if (map.Require("name") != nullptr) map.Text("name", &officer.name);
    if (map.Require("organisation") != nullptr)
      map.Name("organisation", "-.", &officer.organisation);
    ReadKey(&map, &officer.public_key);
    if (!officer.public_key.empty()) keys_.Add(&map, "key", officer.public_key, officer.id);
    if (const YamlNode* valid = map.Require("valid"))
      ReadValid(*valid, map.Path("valid"), &officer);
    map.Finish();
    officers->officers.push_back(std::move(officer));
  }

 private:
  void CheckId(MapReader* map, const std::string& id) {
    if (!IsUserId(id)) {
      map->Error("id", absl::StrCat(map->Path("id"), ": '", id, "' is no user id"),
                 "write for example p.devries@cbs.nl");
    } else {
      ids_.Add(map, "id", id, absl::StrCat("'", id, "'"));
    }
  }

  void ReadValid(const YamlNode& node, const std::string& path, Officer* officer) {
    MapReader map(node, path, sink_);
    const bool from = map.Require("from") && map.Date("from", &officer->valid_from);
    const bool until = map.Require("until") && map.Date("until", &officer->valid_until);
    if (from && until && officer->valid_until < officer->valid_from) {
      map.Error("until",
                absl::StrCat(path, ".until, ", officer->valid_until, ", is before ", path,
                             ".from, ", officer->valid_from),
                "until is the last valid day");
    }
    map.Finish();
  }

  DiagnosticSink* sink_;
  Unique ids_{"id"}, keys_{"key"};
};

// name+hash+key, where hash is that of name and key. Empty, or what is wrong.
std::string NoteKeyFault(const std::string& text) {
  const size_t second =
      text.find('+', text.find('+') == std::string::npos ? 0 : text.find('+') + 1);
  const size_t first = text.find('+');
  if (first == std::string::npos || second == std::string::npos || second == first)
    return "has not the form name+hash+key";
  const std::string name = text.substr(0, first), hash = text.substr(first + 1, second - first - 1);
  std::string key;
  if (!DecodeBase64(text.substr(second + 1), &key) || key.size() != kKeyBytes + 1)
    return "has no key of 32 bytes in base 64";
  const std::string digest = Sha256Hex(absl::StrCat(name, "\n", key));
  return digest.substr(0, 8) == hash ? "" : "is not what its hash says";
}

PolicyWitness ReadWitness(const YamlNode& node, const std::string& path, Unique* names,
                          Unique* keys, DiagnosticSink* sink) {
  PolicyWitness witness;
  MapReader map(node, path, sink);
  if (map.Require("name") != nullptr && map.Name("name", "-.", &witness.name))
    names->Add(&map, "name", witness.name, absl::StrCat("'", witness.name, "'"));
  if (map.Require("key") != nullptr && map.Text("key", &witness.key)) {
    const std::string fault = NoteKeyFault(witness.key);
    if (!fault.empty()) {
      map.Error("key", absl::StrCat(map.Path("key"), " ", fault),
                "copy the line that `kluisd witness` printed");
    } else {
      keys->Add(&map, "key", witness.key, witness.name);
    }
  }
  if (map.Text("url", &witness.url) && !absl::StartsWith(witness.url, "https://"))
    map.Error("url", absl::StrCat(map.Path("url"), " must begin with https://"));
  map.Finish();
  return witness;
}

}  // namespace

const Officer* Officers::Find(const std::string& id) const {
  for (const Officer& officer : officers) {
    if (officer.id == id) return &officer;
  }
  return nullptr;
}

Parsed<Officers> ParseOfficers(absl::string_view yaml, absl::string_view file_name,
                               KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<Officers> parsed;
  parsed.value.sha256 = Sha256Hex(yaml);
  if (const auto root = ParseYaml(yaml, &sink)) {
    MapReader map(*root, "", &sink);
    OfficerReader reader(&sink);
    const YamlNode* list = map.Require("officers");
    if (list != nullptr && list->kind != YamlNode::Kind::kSequence)
      AddError(*list, "officers must be a list", "write - {id: ..., key: ...}", &sink);
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i)
      reader.Read(list->items[i], absl::StrCat("officers[", i, "]"), &parsed.value);
    map.Finish();
  }
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

Parsed<Witnesses> ParseWitnesses(absl::string_view yaml, absl::string_view file_name,
                                 KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<Witnesses> parsed;
  parsed.value.sha256 = Sha256Hex(yaml);
  if (const auto root = ParseYaml(yaml, &sink)) {
    MapReader map(*root, "", &sink);
    Unique names("name"), keys("key");
    const YamlNode* list = map.Require("witnesses");
    if (list != nullptr && list->kind != YamlNode::Kind::kSequence)
      AddError(*list, "witnesses must be a list", "write - {name: ..., key: ...}", &sink);
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      parsed.value.witnesses.push_back(
          ReadWitness(list->items[i], absl::StrCat("witnesses[", i, "]"), &names, &keys, &sink));
    }
    if (map.Require("quorum") != nullptr) map.Integer("quorum", 0, 1000, &parsed.value.quorum);
    if (parsed.value.quorum > static_cast<int>(parsed.value.witnesses.size()))
      map.Error("quorum",
                absl::StrCat("quorum is ", parsed.value.quorum, ", more than there are witnesses, ",
                             parsed.value.witnesses.size()),
                "it is how many of them must have seen a checkpoint");
    map.Finish();
  }
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
