#include "disclosure/evidence/receipt.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/tlog_proof.h"
#include "nlohmann/json.hpp"

namespace kluis {
namespace {

absl::StatusOr<std::string> Base64Field(const nlohmann::json& object, const char* name) {
  auto bytes = StrictBase64(object[name].get_ref<const std::string&>());
  if (bytes.ok()) return bytes;
  return absl::InvalidArgumentError(
      absl::StrCat("receipt: ", name, ": ", bytes.status().message()));
}

}  // namespace

absl::StatusOr<VerifiedReceipt> VerifyReceipt(absl::string_view answer, const Receipt& receipt,
                                              const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(Entry entry, ParseEntry(receipt.entry));
  if (entry.type != "request") {
    return absl::InvalidArgumentError(absl::StrCat("receipt: an entry of type ", entry.type));
  }
  if (receipt.salt.size() != kSaltSize) {
    return absl::InvalidArgumentError("receipt: the salt does not have 32 bytes");
  }
  KLUIS_ASSIGN_OR_RETURN(const TlogProof proof, ParseTlogProof(receipt.proof));
  if (ToHex(Commitment(receipt.salt, answer)) != entry.answer) {
    return absl::PermissionDeniedError(
        "the answer is not the one that the log entry commits to: it was changed");
  }
  if (proof.index != entry.index) {
    return absl::PermissionDeniedError("the proof is of another log entry");
  }
  KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, VerifyTlogProof(proof, receipt.entry, trust));
  return VerifiedReceipt{std::move(entry), std::move(checkpoint)};
}

std::string FormatReceipt(const Receipt& receipt) {
  const nlohmann::json object = {
      {"entry", Base64(receipt.entry)}, {"proof", receipt.proof}, {"salt", Base64(receipt.salt)}};
  return object.dump(2) + "\n";
}

absl::StatusOr<Receipt> ParseReceipt(absl::string_view json) {
  const auto object = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!object.is_object()) return absl::InvalidArgumentError("receipt: not a JSON object");
  for (const char* name : {"entry", "proof", "salt"}) {
    if (!object.contains(name) || !object[name].is_string()) {
      return absl::InvalidArgumentError(absl::StrCat("receipt: no text `", name, "`"));
    }
  }
  if (object.size() != 3) return absl::InvalidArgumentError("receipt: unknown keys");
  Receipt receipt;
  KLUIS_ASSIGN_OR_RETURN(receipt.entry, Base64Field(object, "entry"));
  KLUIS_ASSIGN_OR_RETURN(receipt.salt, Base64Field(object, "salt"));
  receipt.proof = object["proof"].get<std::string>();
  return receipt;
}

}  // namespace kluis
