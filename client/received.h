// A streamed answer, taken in whole and verified before anybody sees a number of it.
#ifndef KLUIS_CLIENT_RECEIVED_H_
#define KLUIS_CLIENT_RECEIVED_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "client/format/answer_view.h"
#include "client/output_file.h"
#include "client/session.h"

namespace kluis {

struct Received {
  std::string answer;  // canonical JSON
  std::optional<Receipt> receipt;
  std::optional<VerifiedReceipt> verified;
  AnswerView view;
};

using AnswerStream = grpc::ClientReader<v1::RunQueryResponse>;
using ShowProgress = std::function<void(const v1::Progress&)>;

// Reads to the end. DATA_LOSS when the receipt does not verify, or when a released or held answer
// has none; else the server's error. Only `validate_only` answers may say "allowed".
absl::StatusOr<Received> Receive(Session& session, AnswerStream& stream, bool validate_only,
                                 const ShowProgress& progress);

// A refusal of the client's own, before anything was sent.
Received RefusedHere(const AnswerReason& reason);

// The files of `-o FILE`; none for an empty name and for `-`, which is standard output.
absl::StatusOr<std::optional<AnswerFiles>> OpenOutput(const std::string& output);

// Prints an answer as asked: data to `files` or standard output, reasons and the summary to
// standard error. Gives the exit code of its status. `sql` is what the places in the reasons refer
// to.
int PrintReceived(const Console& console, const Received& received, const std::string& format,
                  const std::optional<AnswerFiles>& files, const std::string& sql);

}  // namespace kluis

#endif  // KLUIS_CLIENT_RECEIVED_H_
