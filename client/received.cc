#include "client/received.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/format/reason.h"
#include "client/format/render.h"
#include "client/format/sql_text.h"
#include "client/format/text.h"
#include "client/receipt_file.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

absl::Status CheckPromise(const Received& received, bool validate_only) {
  const bool allowed = received.view.status == "allowed";
  if (allowed != (validate_only && received.view.status != "refused")) {
    return absl::DataLossError(
        absl::StrCat("the answer has the unexpected status ", received.view.status));
  }
  if (!allowed && received.view.status != "refused" && !received.receipt) {
    return absl::DataLossError("the answer came without a receipt; it is not shown");
  }
  return absl::OkStatus();
}

absl::Status WriteOutput(const Console& console, const Received& received,
                         const std::string& format, const std::optional<AnswerFiles>& files,
                         const std::string& text) {
  if (!files) {
    console.out << text;
    return FlushData(console);
  }
  if (received.receipt && files->receipt) {
    KLUIS_RETURN_IF_ERROR(
        files->receipt->Write(FormatReceiptFile(received.answer, format, *received.receipt)));
  }
  return files->answer.Write(text);
}

// What was released is in the log, whatever happened to the copy.
absl::Status NotStored(const absl::Status& why, const AnswerView& view) {
  if (view.release.empty()) return why;
  return absl::Status(
      why.code(),
      absl::StrCat(why.message(), "; the answer can be had again: kluis releases ", view.release));
}

// "only gemeente GM0917, GM0928"
std::string ScopeWords(const nlohmann::json& scope) {
  std::vector<std::string> narrowed;
  for (const auto& [variable, codes] : scope.items()) {
    std::vector<std::string> names;
    for (const auto& code : codes) names.push_back(code.is_string() ? code.get<std::string>() : "");
    narrowed.push_back(absl::StrCat(variable, " ", absl::StrJoin(names, ", ")));
  }
  return absl::StrCat("only ", absl::StrJoin(narrowed, " and "));
}

void PrintSummary(const Console& console, const Received& received) {
  const AnswerView& view = received.view;
  if (view.status == "held") {  // its cells are not counted yet: 0 would be a figure
    console.err << "no figures yet";
  } else {
    console.err << view.cells << (view.cells == 1 ? " cell" : " cells");
    if (view.suppressed >= 0) console.err << ", " << view.suppressed << " suppressed";
    if (view.round_to > 0) console.err << ", counts and sums rounded to " << view.round_to;
  }
  console.err << "; rules " << Printable(view.rules);
  if (view.scope.is_object() && !view.scope.empty())
    console.err << "; " << Printable(ScopeWords(view.scope));
  if (received.verified) {
    console.err << "; release " << Printable(view.release) << ", receipt verified: entry "
                << received.verified->entry.index << " of " << received.verified->checkpoint.origin;
  }
  console.err << "\n";
}

int ExitOf(const AnswerView& view) {
  if (view.status == "held") return kExitHeld;
  if (view.status != "refused") return kExitDone;
  const bool policy = std::any_of(view.reasons.begin(), view.reasons.end(),
                                  [](const AnswerReason& reason) { return reason.policy; });
  return policy ? kExitPolicy : kExitUsage;
}

}  // namespace

absl::StatusOr<Received> Receive(Session& session, AnswerStream& stream, bool validate_only,
                                 const ShowProgress& progress) {
  Received received;
  v1::RunQueryResponse message;
  while (stream.Read(&message)) {
    if (message.has_progress()) {
      progress(message.progress());
    } else if (message.has_receipt()) {
      const v1::Receipt& receipt = message.receipt();
      received.receipt = Receipt{receipt.entry(), receipt.answer_salt(), receipt.proof()};
    } else {
      received.answer += message.answer_chunk();
    }
  }
  KLUIS_RETURN_IF_ERROR(FromGrpc(stream.Finish()));
  if (received.receipt) {
    KLUIS_ASSIGN_OR_RETURN(received.verified, session.Verify(received.answer, *received.receipt));
  }
  KLUIS_ASSIGN_OR_RETURN(received.view, ReadAnswer(received.answer));
  KLUIS_RETURN_IF_ERROR(CheckPromise(received, validate_only));
  return received;
}

Received RefusedHere(const AnswerReason& reason) {
  Received received;
  received.answer = RefusalWithoutRelease(reason);
  received.view.status = "refused";
  received.view.reasons = {reason};
  return received;
}

absl::StatusOr<std::optional<AnswerFiles>> OpenOutput(const std::string& output) {
  if (output.empty() || output == "-") return std::nullopt;
  KLUIS_ASSIGN_OR_RETURN(AnswerFiles files, AnswerFiles::Open(output));
  return std::optional<AnswerFiles>(std::move(files));
}

int PrintReceived(const Console& console, const Received& received, const std::string& format,
                  const std::optional<AnswerFiles>& files, const std::string& sql) {
  const AnswerView& view = received.view;
  const bool has_data = view.status == "released" || format == "json";
  if (has_data) {
    const auto text =
        Render(format, received.answer, received.receipt ? &*received.receipt : nullptr);
    if (!text.ok()) return Fail(console, text.status());
    const absl::Status written = WriteOutput(console, received, format, files, *text);
    if (!written.ok()) return Fail(console, NotStored(written, view));
  }
  for (const AnswerReason& reason : view.reasons)
    console.err << RenderReason(reason, sql, console.err_width);
  if (view.status == "held")
    console.err << "held for review: release " << Printable(view.release)
                << "\nhint: `kluis releases " << Printable(view.release)
                << "` says how it stands, and gives the answer once reviewers let it leave\n";
  if (view.status == "allowed")
    console.err << "allowed: nothing was computed and nothing released\n";
  if (view.status != "refused") PrintSummary(console, received);
  return ExitOf(view);
}

}  // namespace kluis
