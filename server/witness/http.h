// As much of HTTP/1.1 as a witness and its log need: one request and one answer on a connection.
#ifndef KLUIS_SERVER_WITNESS_HTTP_H_
#define KLUIS_SERVER_WITNESS_HTTP_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct HttpRequest {
  std::string method, target, body;
};

struct HttpResponse {
  int status = 200;
  std::string body = {};
  std::string content_type = "text/plain; charset=utf-8";
};

// Serves until it is destroyed. A connection is read for at most 10 s and 64 KiB of body, and at
// most 32 are open; more wait in the kernel's queue.
class HttpServer {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  // `listen`: HOST:PORT with an address of this machine; port 0 picks a free one. `handler` is
  // called on several threads. UNAVAILABLE with the system's reason.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& listen,
                                                           Handler handler);
  ~HttpServer();
  const std::string& address() const;  // HOST:PORT

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// `url`: http://HOST[:PORT][/PATH], to which `path` is added. INVALID_ARGUMENT: another scheme;
// UNAVAILABLE: no whole answer within `timeout_ms`, or one over 64 KiB.
absl::StatusOr<HttpResponse> HttpPost(absl::string_view url, absl::string_view path,
                                      const std::string& body, int timeout_ms);

}  // namespace kluis

#endif  // KLUIS_SERVER_WITNESS_HTTP_H_
