#include "server/rpc/grpc_error.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/journal.h"

namespace kluis {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr uint32_t kVarint = 0, kBytes = 2;

void AddBytes(CodedOutputStream* out, uint32_t field, const std::string& bytes) {
  out->WriteTag(field << 3 | kBytes);
  out->WriteVarint32(static_cast<uint32_t>(bytes.size()));
  out->WriteString(bytes);
}

std::string TwoStrings(const std::string& first, const std::string& second) {
  std::string bytes;
  StringOutputStream stream(&bytes);
  CodedOutputStream out(&stream);
  AddBytes(&out, 1, first);
  AddBytes(&out, 2, second);
  out.Trim();
  return bytes;
}

// google.rpc.Status{code, message, details: [Any(ErrorInfo{reason, domain})]} in wire format.
std::string ErrorDetails(int code, const std::string& message, const std::string& reason) {
  const std::string info = TwoStrings(reason, "kluis");
  const std::string any = TwoStrings("type.googleapis.com/google.rpc.ErrorInfo", info);
  std::string bytes;
  StringOutputStream stream(&bytes);
  CodedOutputStream out(&stream);
  out.WriteTag(1 << 3 | kVarint);
  out.WriteVarint32(static_cast<uint32_t>(code));
  AddBytes(&out, 2, message);
  AddBytes(&out, 3, any);
  out.Trim();
  return bytes;
}

// The bytes of a field of a message in wire format; empty when it has none.
std::string FieldOf(const std::string& message, uint32_t field) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                      static_cast<int>(message.size()));
  while (const uint32_t tag = in.ReadTag()) {
    uint32_t number = 0;
    std::string bytes;
    if (!in.ReadVarint32(&number)) break;
    if ((tag & 7) != kBytes) continue;
    if (!in.ReadString(&bytes, static_cast<int>(number))) break;
    if (tag >> 3 == field) return bytes;
  }
  return "";
}

grpc::Status Fault(const absl::Status& status) {
  static std::atomic<uint64_t> last_reference{0};
  const uint64_t reference = ++last_reference;
  Journal("fault", {{"reference", std::to_string(reference)},
                    {"code", absl::StatusCodeToString(status.code())},
                    {"error", std::string(status.message())}});
  return MakeError(
      grpc::StatusCode::INTERNAL, "INTERNAL",
      absl::StrCat("a fault of the server; its journal has it under reference ", reference));
}

}  // namespace

grpc::Status MakeError(grpc::StatusCode code, const std::string& reason,
                       const std::string& message) {
  return grpc::Status(code, message, ErrorDetails(code, message, reason));
}

std::string ReasonOf(const grpc::Status& status) {
  const std::string info = FieldOf(FieldOf(status.error_details(), 3), 2);
  const std::string reason = FieldOf(info, 1);
  return reason.empty()
             ? absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code()))
             : reason;
}

grpc::Status ToClientError(const absl::Status& status) {
  const std::string text(status.message());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "INVALID_ARGUMENT", text);
    case absl::StatusCode::kNotFound:
      return MakeError(grpc::StatusCode::NOT_FOUND, "NOT_FOUND", text);
    case absl::StatusCode::kAlreadyExists:
      return MakeError(grpc::StatusCode::ALREADY_EXISTS, "ALREADY_EXISTS", text);
    case absl::StatusCode::kCancelled:
      return MakeError(grpc::StatusCode::CANCELLED, "CANCELLED",
                       "the query was cancelled; nothing was released");
    case absl::StatusCode::kDeadlineExceeded:
      return MakeError(grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
                       "the deadline passed before the table was protected; nothing was released");
    case absl::StatusCode::kUnavailable:
      Journal("store", {{"code", "UNAVAILABLE"}, {"error", text}});
      return MakeError(grpc::StatusCode::UNAVAILABLE, "LOG_UNAVAILABLE",
                       "the log takes no entries now");
    default:
      return Fault(status);
  }
}

grpc::Status ToOperatorError(const absl::Status& status) {
  const auto code = static_cast<grpc::StatusCode>(status.code());
  return MakeError(code, absl::StatusCodeToString(status.code()), std::string(status.message()));
}

}  // namespace kluis
