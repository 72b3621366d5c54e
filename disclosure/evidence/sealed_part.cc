#include "disclosure/evidence/sealed_part.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"
#include "nlohmann/json.hpp"

namespace kluis {
namespace {

constexpr size_t kPathMax = 63;

absl::Status Bad(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("proof of a cell: ", why));
}

absl::StatusOr<std::string> Base64Field(const nlohmann::json& value, absl::string_view name) {
  if (!value.is_string()) return Bad(absl::StrCat(name, " is no text"));
  auto bytes = StrictBase64(value.get_ref<const std::string&>());
  return bytes.ok() ? bytes : Bad(absl::StrCat(name, " is not base64"));
}

}  // namespace

std::string CellSalt(absl::string_view salt, uint64_t cell) {
  return Commitment(salt, absl::StrCat("kluis cell ", cell));
}

std::string CellsRoot(absl::string_view salt, const std::vector<std::string>& cells) {
  return CellsRoot(salt, cells.size(), [&](uint64_t i) { return absl::string_view(cells[i]); });
}

std::string CellsRoot(absl::string_view salt, uint64_t cells,
                      absl::FunctionRef<absl::string_view(uint64_t)> cell) {
  TreeHasher tree;
  for (uint64_t i = 0; i < cells; ++i)
    KLUIS_CHECK(tree.Add(Commitment(CellSalt(salt, i), cell(i))).ok());
  return tree.Root();
}

std::string SealedCommitment(absl::string_view salt, absl::string_view part,
                             absl::string_view cells_root) {
  return NodeHash(Commitment(salt, part), cells_root);
}

CellProof ProveCell(absl::string_view salt, absl::string_view part,
                    const std::vector<std::string>& cells, uint64_t index) {
  KLUIS_CHECK(index < cells.size());
  std::vector<std::vector<std::string>> levels;
  TreeHasher tree([&levels](int level, uint64_t, const std::string& hash) {
    if (levels.size() <= static_cast<size_t>(level)) levels.resize(level + 1);
    levels[level].push_back(hash);
    return absl::OkStatus();
  });
  for (size_t i = 0; i < cells.size(); ++i)
    KLUIS_CHECK(tree.Add(Commitment(CellSalt(salt, i), cells[i])).ok());
  CellProof proof;
  proof.cell = cells[index];
  proof.salt = CellSalt(salt, index);
  proof.index = index;
  proof.count = cells.size();
  proof.part = Commitment(salt, part);
  auto path = InclusionProof(index, cells.size(),
                             [&levels](int level, uint64_t i) -> absl::StatusOr<std::string> {
                               return levels.at(level).at(i);
                             });
  KLUIS_CHECK(path.ok());
  proof.path = *std::move(path);
  return proof;
}

absl::StatusOr<VerifiedCell> VerifyCell(const CellProof& cell, const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(Entry entry, ParseEntry(cell.entry));
  KLUIS_ASSIGN_OR_RETURN(const TlogProof proof, ParseTlogProof(cell.proof));
  if (cell.salt.size() != kSaltSize || cell.part.size() != kHashSize)
    return Bad("salt or part does not have 32 bytes");
  KLUIS_ASSIGN_OR_RETURN(const std::string root,
                         RootFromInclusion(cell.index, cell.count,
                                           LeafHash(Commitment(cell.salt, cell.cell)), cell.path));
  if (ToHex(NodeHash(cell.part, root)) != entry.sealed)
    return absl::PermissionDeniedError("the cell is not one that the log entry commits to");
  if (proof.index != entry.index)
    return absl::PermissionDeniedError("the proof is of another log entry");
  KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, VerifyTlogProof(proof, cell.entry, trust));
  return VerifiedCell{std::move(entry), std::move(checkpoint)};
}

std::string FormatCellProof(const CellProof& cell) {
  nlohmann::json path = nlohmann::json::array();
  for (const std::string& hash : cell.path) path.push_back(Base64(hash));
  const nlohmann::json object = {{"cell", Base64(cell.cell)},   {"count", cell.count},
                                 {"entry", Base64(cell.entry)}, {"index", cell.index},
                                 {"part", Base64(cell.part)},   {"path", path},
                                 {"proof", cell.proof},         {"salt", Base64(cell.salt)}};
  return object.dump(2) + "\n";
}

absl::StatusOr<CellProof> ParseCellProof(absl::string_view json) {
  const auto object = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!object.is_object()) return Bad("not a JSON object");
  for (const char* name : {"cell", "count", "entry", "index", "part", "path", "proof", "salt"})
    if (!object.contains(name)) return Bad(absl::StrCat("no `", name, "`"));
  if (object.size() != 8) return Bad("unknown keys");
  if (!object["count"].is_number_unsigned() || !object["index"].is_number_unsigned() ||
      !object["path"].is_array() || object["path"].size() > kPathMax ||
      !object["proof"].is_string()) {
    return Bad("count, index, path or proof is of another type");
  }
  CellProof cell;
  cell.index = object["index"].get<uint64_t>();
  cell.count = object["count"].get<uint64_t>();
  cell.proof = object["proof"].get<std::string>();
  KLUIS_ASSIGN_OR_RETURN(cell.cell, Base64Field(object["cell"], "cell"));
  KLUIS_ASSIGN_OR_RETURN(cell.entry, Base64Field(object["entry"], "entry"));
  KLUIS_ASSIGN_OR_RETURN(cell.part, Base64Field(object["part"], "part"));
  KLUIS_ASSIGN_OR_RETURN(cell.salt, Base64Field(object["salt"], "salt"));
  for (const auto& hash : object["path"]) {
    KLUIS_ASSIGN_OR_RETURN(std::string bytes, Base64Field(hash, "path"));
    if (bytes.size() != kHashSize) return Bad("a hash of the path does not have 32 bytes");
    cell.path.push_back(std::move(bytes));
  }
  return cell;
}

}  // namespace kluis
