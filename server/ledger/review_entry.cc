#include "server/ledger/review_entry.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/utf8.h"
#include "nlohmann/json.hpp"

namespace kluis {

absl::StatusOr<std::string> SealReview(uint64_t reviewed, absl::string_view json) {
  auto object = IsUtf8(json) ? nlohmann::json::parse(json.begin(), json.end(), nullptr, false)
                             : nlohmann::json();
  if (!object.is_object()) return absl::InvalidArgumentError("a review is a JSON object in UTF-8");
  if (object.contains("entry"))
    return absl::InvalidArgumentError("the key `entry` of a review is the log's");
  object["entry"] = reviewed;
  return object.dump();
}

absl::StatusOr<uint64_t> ReviewedEntry(absl::string_view sealed) {
  const auto object = nlohmann::json::parse(sealed.begin(), sealed.end(), nullptr, false);
  const auto entry = object.is_object() ? object.find("entry") : object.end();
  if (!object.is_object() || entry == object.end() || !entry->is_number_unsigned())
    return absl::DataLossError("a review names no entry");
  return entry->get<uint64_t>();
}

std::string GrantSubject(absl::string_view certificate_sha256) {
  return absl::StrCat("certificate ", certificate_sha256);
}

absl::StatusOr<std::string> SubjectOf(const Entry& entry, absl::string_view sealed) {
  if (entry.type == "policy") return entry.policy;
  if (entry.type == "snapshot") return entry.snapshot;
  if (entry.type == "grant") {
    const auto grant = nlohmann::json::parse(sealed.begin(), sealed.end(), nullptr, false);
    const bool named = grant.is_object() && grant.contains("certificate");
    return named && grant["certificate"].is_string()
               ? GrantSubject(grant["certificate"].get_ref<const std::string&>())
               : std::string();
  }
  if (entry.type != "review") return std::string();
  KLUIS_ASSIGN_OR_RETURN(const uint64_t reviewed, ReviewedEntry(sealed));
  return absl::StrCat(reviewed);
}

}  // namespace kluis
