#include "disclosure/evidence/tlog_proof.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/merkle.h"

namespace kluis {
namespace {

constexpr char kHeader[] = "c2sp.org/tlog-proof@v1\n";
constexpr size_t kHashesMax = 63;

absl::Status BadProof(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a tlog-proof: ", why));
}

}  // namespace

std::string FormatTlogProof(const TlogProof& proof) {
  std::string text = absl::StrCat(kHeader, "index ", proof.index, "\n");
  for (const std::string& hash : proof.hashes) absl::StrAppend(&text, Base64(hash), "\n");
  return absl::StrCat(text, "\n", proof.checkpoint);
}

absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kHeader)) return BadProof("it does not start with its version");
  const size_t split = text.find("\n\n");
  if (split == absl::string_view::npos) return BadProof("no empty line before the checkpoint");
  const std::vector<absl::string_view> lines = absl::StrSplit(text.substr(0, split), '\n');
  TlogProof proof;
  absl::string_view index = lines[0];
  if (!absl::ConsumePrefix(&index, "index ") || !absl::SimpleAtoi(index, &proof.index) ||
      absl::StrCat(proof.index) != index) {
    return BadProof("its second line is not `index` and a plain decimal number");
  }
  if (lines.size() > 1 + kHashesMax) return BadProof("more than 63 hashes");
  for (size_t i = 1; i < lines.size(); ++i) {
    auto hash = StrictBase64(lines[i]);
    if (!hash.ok() || hash->size() != kHashSize) {
      return BadProof(absl::StrCat("hash ", i, " is not base64 of 32 bytes"));
    }
    proof.hashes.push_back(*std::move(hash));
  }
  proof.checkpoint = std::string(text.substr(split + 2));
  return proof;
}

absl::StatusOr<Checkpoint> VerifyTlogProof(const TlogProof& proof, absl::string_view entry,
                                           const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, trust.Open(proof.checkpoint));
  KLUIS_RETURN_IF_ERROR(VerifyInclusion(proof.index, checkpoint.size, LeafHash(entry), proof.hashes,
                                        checkpoint.root));
  return checkpoint;
}

}  // namespace kluis
