#include "server/rpc/service_core.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/desk/event_checks.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/identity.h"

namespace kluis {

grpc::Status Identify(const grpc::ServerContextBase& context, const ServiceCore& core,
                      const char* method, Caller* caller) {
  return CallerOfPeer(context, method, core.enclave.config().enclave, core.enclave.registry(),
                      caller);
}

grpc::Status StripCollection(const std::string& name, const std::string& collection,
                             std::string* id) {
  absl::string_view rest = name;
  if (!absl::ConsumePrefix(&rest, collection + "/") || rest.empty() || rest.size() > 256) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_NAME",
                     absl::StrCat("name is ", collection, "/ and an id"));
  }
  *id = std::string(rest);
  return grpc::Status::OK;
}

grpc::Status PageSize(int requested, int* size) {
  if (requested < 0) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_PAGE_SIZE", "page_size is negative");
  }
  *size = requested == 0 ? 100 : std::min(requested, 1000);
  return grpc::Status::OK;
}

grpc::Status CheckDay(const std::string& day, const std::string& field) {
  if (day.empty() || IsDate(day)) return grpc::Status::OK;
  return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_DAY",
                   absl::StrCat(field, " is a day, YYYY-MM-DD"));
}

}  // namespace kluis
