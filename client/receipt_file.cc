#include "client/receipt_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "client/format/answer_view.h"
#include "client/format/render.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using nlohmann::json;

absl::StatusOr<VerifiedFile> VerifyAnswer(const json& answer, const Receipt& receipt,
                                          const TrustPolicy& trust) {
  auto verified = VerifyReceipt(CanonicalJson(answer), receipt, trust);
  if (!verified.ok()) return absl::DataLossError(verified.status().message());
  return VerifiedFile{*std::move(verified), answer.value("release", ""),
                      answer.value("status", "")};
}

absl::StatusOr<VerifiedFile> VerifyRendered(const std::string& content,
                                            const std::string& receipt_file,
                                            const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(const json beside, ParseStrictJson(receipt_file));
  if (!beside.is_object() || !beside.contains("answer") || !beside.contains("receipt") ||
      !beside.value("format", json()).is_string()) {
    return absl::InvalidArgumentError("FILE.receipt has no answer, format and receipt");
  }
  KLUIS_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(CanonicalJson(beside["receipt"])));
  KLUIS_ASSIGN_OR_RETURN(VerifiedFile verified, VerifyAnswer(beside["answer"], receipt, trust));
  KLUIS_ASSIGN_OR_RETURN(
      const std::string rendered,
      Render(beside["format"].get<std::string>(), CanonicalJson(beside["answer"]), &receipt));
  if (rendered != content) {
    return absl::DataLossError(
        "the file was changed: it is not what the answer in its receipt gives");
  }
  return verified;
}

}  // namespace

std::string FormatReceiptFile(const std::string& answer, const std::string& format,
                              const Receipt& receipt) {
  std::string text = FormatReceipt(receipt);
  if (format == "json") return text;
  text.pop_back();
  return absl::StrCat(R"({"answer":)", answer, R"(,"format":)", CanonicalString(format),
                      R"(,"receipt":)", text, "}\n");
}

absl::StatusOr<VerifiedFile> VerifyFile(const std::string& content, const std::string& receipt_file,
                                        const TrustPolicy& trust) {
  auto self = ParseStrictJson(content);
  const bool is_answer = self.ok() && self->is_object() && self->contains("status");
  if (is_answer && self->contains("receipt")) {
    KLUIS_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(CanonicalJson((*self)["receipt"])));
    self->erase("receipt");
    return VerifyAnswer(*self, receipt, trust);
  }
  if (receipt_file.empty()) {
    return absl::InvalidArgumentError(
        "there is no receipt: neither in the file nor beside it as FILE.receipt");
  }
  if (is_answer) {
    KLUIS_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(receipt_file));
    return VerifyAnswer(*self, receipt, trust);
  }
  return VerifyRendered(content, receipt_file, trust);
}

}  // namespace kluis
