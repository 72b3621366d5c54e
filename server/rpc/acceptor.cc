#include "server/rpc/acceptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <list>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/enclave/config.h"
#include "server/rpc/asio.h"

namespace kluis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

int DefaultDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 49'152;
  return static_cast<int>(limit.rlim_cur / 4 * 3);
}

int OpenReserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

std::string TextOf(const std::string& host, uint16_t port) {
  return absl::StrContains(host, ":") ? absl::StrCat("[", host, "]:", port)
                                      : absl::StrCat(host, ":", port);
}

}  // namespace

struct Acceptor::Impl {
  // A connection that has not spoken yet.
  struct Waiting {
    explicit Waiting(tcp::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}
    tcp::socket socket;
    asio::steady_timer timer;
  };

  asio::io_context context{1};
  tcp::acceptor listener{context};
  asio::steady_timer pause{context};
  Options options;
  Handler handler;
  std::string address;
  std::list<std::shared_ptr<Waiting>> waiting;  // oldest first
  int reserve = OpenReserve();
  std::thread thread;

  absl::Status Bind(const std::string& host, uint16_t port);
  void AcceptNext();
  void OnAccept(error_code error, tcp::socket socket);
  bool BringBelowLimit(tcp::socket* socket);  // false when there is no place for it
  void RefuseOne();
  void Await(tcp::socket socket);
  void HandOn(Waiting& connection);
  bool MakeRoom();  // false when nobody is silent
  ~Impl() {
    if (reserve >= 0) ::close(reserve);
  }
};

absl::Status Acceptor::Impl::Bind(const std::string& host, uint16_t port) {
  error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty())
    return absl::InvalidArgumentError(absl::StrCat("unknown address ", host));
  const tcp::endpoint endpoint = found.begin()->endpoint();
  listener.open(endpoint.protocol(), error);
  if (!error) listener.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) listener.bind(endpoint, error);
  if (!error) listener.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", TextOf(host, port), ": ", error.message()));
  address = TextOf(host, listener.local_endpoint().port());
  return absl::OkStatus();
}

void Acceptor::Impl::AcceptNext() {
  listener.async_accept(
      [this](error_code error, tcp::socket socket) { OnAccept(error, std::move(socket)); });
}

void Acceptor::Impl::OnAccept(error_code error, tcp::socket socket) {
  if (error == asio::error::operation_aborted) return;
  if (!error) {
    if (BringBelowLimit(&socket)) Await(std::move(socket));
    return AcceptNext();
  }
  if (error == asio::error::no_descriptors || error.value() == ENFILE) {
    if (MakeRoom()) return AcceptNext();
    RefuseOne();
  }
  pause.expires_after(std::chrono::milliseconds(20));
  pause.async_wait([this](error_code stopped) {
    if (!stopped) AcceptNext();
  });
}

// The kernel gives the lowest free descriptor, so its number says how many are in use. A newcomer
// takes the number of whom it replaces: kept under its own, it would leave a hole below the limit,
// the next one would fill that, and every second connection would go past the limit.
bool Acceptor::Impl::BringBelowLimit(tcp::socket* socket) {
  while (socket->native_handle() >= options.descriptor_limit) {
    if (!MakeRoom()) return false;
    const int lower = ::fcntl(socket->native_handle(), F_DUPFD_CLOEXEC, 0);
    tcp::socket same(context);
    error_code error;
    if (lower < 0) return false;
    same.assign(listener.local_endpoint().protocol(), lower, error);
    if (error) {
      ::close(lower);
      return false;
    }
    *socket = std::move(same);
  }
  return true;
}

void Acceptor::Impl::RefuseOne() {
  if (reserve >= 0) ::close(reserve);
  const int refused =
      ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (refused >= 0) ::close(refused);
  reserve = OpenReserve();
}

bool Acceptor::Impl::MakeRoom() {
  if (waiting.empty()) return false;
  error_code ignored;
  waiting.front()->socket.close(ignored);
  waiting.front()->timer.cancel();
  waiting.pop_front();
  return true;
}

void Acceptor::Impl::Await(tcp::socket socket) {
  const auto connection = std::make_shared<Waiting>(std::move(socket));
  waiting.push_back(connection);
  connection->timer.expires_after(std::chrono::milliseconds(options.silence_ms));
  connection->timer.async_wait([connection](error_code stopped) {
    error_code ignored;
    if (!stopped) connection->socket.close(ignored);
  });
  connection->socket.async_wait(tcp::socket::wait_read, [this, connection](error_code closed) {
    const bool evicted = !connection->socket.is_open();
    connection->timer.cancel();
    if (!closed && !evicted) HandOn(*connection);
    waiting.remove(connection);
  });
}

void Acceptor::Impl::HandOn(Waiting& connection) {
  error_code error;
  connection.socket.set_option(tcp::no_delay(true), error);
  if (!error) connection.socket.native_non_blocking(true, error);
  const int fd = connection.socket.release(error);
  if (!error && fd >= 0) handler(fd);
}

Acceptor::Acceptor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Acceptor::~Acceptor() { Stop(); }

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Listen(const Options& options) {
  std::string host;
  int port = 0;
  if (!SplitAddress(options.address, &host, &port)) {
    return absl::InvalidArgumentError(absl::StrCat("not HOST:PORT: ", options.address));
  }
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (options.descriptor_limit == 0) impl->options.descriptor_limit = DefaultDescriptorLimit();
  const absl::Status bound = impl->Bind(host, static_cast<uint16_t>(port));
  if (!bound.ok()) return bound;
  return std::unique_ptr<Acceptor>(new Acceptor(std::move(impl)));
}

void Acceptor::Start(Handler handler) {
  impl_->handler = std::move(handler);
  impl_->AcceptNext();
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

void Acceptor::Stop() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  error_code ignored;
  impl_->listener.close(ignored);
  impl_->waiting.clear();
}

const std::string& Acceptor::address() const { return impl_->address; }

}  // namespace kluis
