#include "server/witness/http.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr int kReadMs = 10'000, kAcceptMs = 200, kConnectionsMax = 32;
constexpr size_t kBodyMax = 64 * 1024, kHeadMax = 8 * 1024;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

absl::Status Gone(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

bool WaitFor(int fd, short events, Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  pollfd one = {fd, events, 0};
  return left.count() > 0 && poll(&one, 1, static_cast<int>(left.count())) == 1;
}

// Feeds what comes to `parser` until it has a whole message.
template <typename Parser>
bool ReadMessage(int fd, Clock::time_point end, Parser* parser) {
  parser->body_limit(kBodyMax);
  parser->header_limit(kHeadMax);
  parser->eager(true);
  std::string waiting;
  char buffer[4096];
  while (!parser->is_done()) {
    if (!WaitFor(fd, POLLIN, end)) return false;
    const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count < 0) return false;
    boost::system::error_code error;
    if (count == 0) {
      parser->put_eof(error);
      return !error && parser->is_done();
    }
    waiting.append(buffer, static_cast<size_t>(count));
    const size_t used = parser->put(boost::asio::buffer(waiting), error);
    waiting.erase(0, used);
    if (error == http::error::need_more) error = {};
    if (error || waiting.size() > kHeadMax + kBodyMax) return false;
  }
  return true;
}

bool SendAll(int fd, absl::string_view bytes, Clock::time_point end) {
  while (!bytes.empty()) {
    if (!WaitFor(fd, POLLOUT, end)) return false;
    const ssize_t count = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

struct Host {
  std::string name, port;
};

// "host:port", "[::1]:port", or without a port.
Host SplitHost(absl::string_view text, absl::string_view default_port) {
  const size_t colon = text.rfind(':');
  const bool has_port = colon != absl::string_view::npos && !absl::EndsWith(text, "]");
  absl::string_view name = has_port ? text.substr(0, colon) : text;
  const std::string port(has_port ? text.substr(colon + 1) : default_port);
  if (absl::ConsumePrefix(&name, "[")) absl::ConsumeSuffix(&name, "]");
  return {std::string(name), port};
}

// A socket of the first address for which `use` gives 0.
absl::StatusOr<Socket> OpenSocket(const Host& host, int flags,
                                  const std::function<int(int, const addrinfo&)>& use) {
  addrinfo hints = {}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  if (getaddrinfo(host.name.c_str(), host.port.c_str(), &hints, &found) != 0)
    return absl::UnavailableError(absl::StrCat("no address of ", host.name, ":", host.port));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Socket socket(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    if (socket.fd() >= 0 && use(socket.fd(), *one) == 0) return socket;
  }
  return Gone(absl::StrCat(host.name, ":", host.port));
}

std::string ResponseText(const HttpResponse& response) {
  std::ostringstream reason;
  reason << http::int_to_status(static_cast<unsigned>(response.status));
  return absl::StrCat(
      "HTTP/1.1 ", response.status, " ", reason.str(), "\r\nContent-Type: ", response.content_type,
      "\r\nContent-Length: ", response.body.size(), "\r\nConnection: close\r\n\r\n", response.body);
}

}  // namespace

struct HttpServer::Impl {
  void Accept();
  void Answer(Socket socket);

  Handler handler;
  std::string address;
  std::unique_ptr<Socket> listener;
  std::atomic<bool> stopping{false};
  std::thread acceptor;
  std::mutex mutex;
  std::condition_variable closed;
  int open = 0;  // guarded by mutex
};

void HttpServer::Impl::Answer(Socket socket) {
  const auto end = Clock::now() + std::chrono::milliseconds(kReadMs);
  http::request_parser<http::string_body> parser;
  if (!ReadMessage(socket.fd(), end, &parser)) return;
  const auto& message = parser.get();
  const HttpRequest request = {message.method_string().to_string(), message.target().to_string(),
                               message.body()};
  SendAll(socket.fd(), ResponseText(handler(request)), end);
}

void HttpServer::Impl::Accept() {
  while (!stopping) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      closed.wait_for(lock, std::chrono::milliseconds(kAcceptMs),
                      [this] { return open < kConnectionsMax; });
      if (open >= kConnectionsMax) continue;
    }
    if (!WaitFor(listener->fd(), POLLIN, Clock::now() + std::chrono::milliseconds(kAcceptMs)))
      continue;
    const int fd = accept4(listener->fd(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {  // out of descriptors, or the peer has gone: the queue waits
      std::this_thread::sleep_for(std::chrono::milliseconds(kAcceptMs));
      continue;
    }
    std::lock_guard<std::mutex> lock(mutex);
    ++open;
    std::thread([this, fd] {
      Answer(Socket(fd));
      std::lock_guard<std::mutex> done(mutex);
      --open;
      closed.notify_all();
    }).detach();
  }
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen,
                                                              Handler handler) {
  const Host host = SplitHost(listen, "0");
  auto impl = std::make_unique<Impl>();
  impl->handler = std::move(handler);
  KLUIS_ASSIGN_OR_RETURN(
      Socket socket, OpenSocket(host, AI_PASSIVE, [](int fd, const addrinfo& address) {
        const int yes = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        return bind(fd, address.ai_addr, address.ai_addrlen) == 0 ? ::listen(fd, 64) : -1;
      }));
  sockaddr_storage bound = {};
  socklen_t size = sizeof bound;
  char port[16] = "";
  if (getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&bound), &size) != 0 ||
      getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, nullptr, 0, port, sizeof port,
                  NI_NUMERICSERV) != 0) {
    return Gone(listen);
  }
  impl->address = absl::StrCat(host.name, ":", port);
  impl->listener = std::make_unique<Socket>(std::move(socket));
  impl->acceptor = std::thread([raw = impl.get()] { raw->Accept(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->stopping = true;
  impl_->acceptor.join();
  std::unique_lock<std::mutex> lock(impl_->mutex);
  impl_->closed.wait(lock, [this] { return impl_->open == 0; });
}

const std::string& HttpServer::address() const { return impl_->address; }

absl::StatusOr<HttpResponse> HttpPost(absl::string_view url, absl::string_view path,
                                      const std::string& body, int timeout_ms) {
  if (!absl::ConsumePrefix(&url, "http://"))
    return absl::InvalidArgumentError("the URL of a witness starts with http://");
  const size_t slash = std::min(url.find('/'), url.size());
  const absl::string_view authority = url.substr(0, slash);
  absl::string_view prefix = url.substr(slash);
  absl::ConsumeSuffix(&prefix, "/");
  const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
  KLUIS_ASSIGN_OR_RETURN(
      const Socket socket,
      OpenSocket(SplitHost(authority, "80"), 0, [timeout_ms](int fd, const addrinfo& address) {
        const timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // of connect(), too
        return connect(fd, address.ai_addr, address.ai_addrlen);
      }));
  const std::string request =
      absl::StrCat("POST ", prefix, path, " HTTP/1.1\r\nHost: ", authority,
                   "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ", body.size(),
                   "\r\nConnection: close\r\n\r\n", body);
  http::response_parser<http::string_body> parser;
  if (!SendAll(socket.fd(), request, end) || !ReadMessage(socket.fd(), end, &parser))
    return absl::UnavailableError(absl::StrCat(authority, ": no whole answer"));
  const auto& message = parser.get();
  return HttpResponse{static_cast<int>(message.result_int()), message.body(),
                      message[http::field::content_type].to_string()};
}

}  // namespace kluis
