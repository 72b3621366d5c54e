#include "server/store/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/store/connection.h"

namespace kluis {
namespace {

constexpr size_t kGroupMax = 1024;
constexpr size_t kIdleReadersMax = 32;
constexpr int kBusyTimeoutMs = 5'000;
constexpr int kLongWalPages = 1'000;

absl::Status FileError(const std::string& path, absl::string_view doing) {
  return absl::UnavailableError(
      absl::StrCat("database ", path, ": ", doing, ": ", strerror(errno)));
}

// Whoever holds it is the only writer. Closed with the process, whatever kills it.
absl::StatusOr<int> LockFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return FileError(path, "cannot open the lock");
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  close(fd);
  return absl::FailedPreconditionError(absl::StrCat(
      "database: ", path, " is locked: another process serves this enclave; stop it first"));
}

// SQLite gives the WAL and its index the mode of the main file.
absl::Status CreateFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(path, "cannot open");
  close(fd);
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int folder_fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd < 0) return FileError(folder, "cannot open the folder");
  const bool synced = fsync(folder_fd) == 0;
  close(folder_fd);
  return synced ? absl::OkStatus() : FileError(folder, "cannot sync the folder");
}

struct WaitingWrite {
  const std::function<absl::Status(Connection&)>* work = nullptr;
  absl::Status status;
  bool done = false;
  std::condition_variable told;
};

// As Execute(), without parsing it each time.
absl::Status Run(Connection& connection, absl::string_view sql) {
  KLUIS_ASSIGN_OR_RETURN(Statement statement, connection.Prepare(sql));
  return statement.Run();
}

int NoteWalPages(void* pages, sqlite3* /*handle*/, const char* /*schema*/, int in_wal) {
  *static_cast<int*>(pages) = in_wal;
  return SQLITE_OK;
}

absl::Status Closed() {
  return absl::UnavailableError(
      "database: closed for writing after an error; restart to verify it");
}

}  // namespace

struct Database::Impl {
  absl::StatusOr<std::unique_ptr<Connection>> Connect(bool writer) const;
  void WriteLoop();
  // Each write's own status, and the status of the whole group.
  absl::Status RunGroup(const std::deque<WaitingWrite*>& group);
  absl::Status RunOne(const std::function<absl::Status(Connection&)>& work);
  absl::Status CommitGroup();
  absl::Status StillWritable() const;
  void Tell(const std::deque<WaitingWrite*>& group, const absl::Status& group_status);
  void ShortenWal();
  bool writer_broken() const { return writer->impl_->broken; }

  std::string path;
  int lock_fd = -1;
  std::unique_ptr<Connection> writer;  // the writer thread's
  int wal_pages = 0;                   // the writer thread's
  std::thread thread;

  mutable std::mutex mutex;  // guards what stands below
  std::condition_variable work_waits;
  std::deque<WaitingWrite*> queue;
  bool stopping = false, healthy = true;
  std::function<absl::Status(Connection&)> before_commit;
  std::function<void()> after_commit;
  mutable std::vector<std::unique_ptr<Connection>> readers;  // idle ones
};

absl::StatusOr<std::unique_ptr<Connection>> Database::Impl::Connect(bool writer) const {
  auto impl = std::make_unique<Connection::Impl>();
  const int code = sqlite3_open_v2(path.c_str(), &impl->handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return impl->Error(code, absl::StrCat("open ", path));
  sqlite3_extended_result_codes(impl->handle, 1);
  sqlite3_busy_timeout(impl->handle, kBusyTimeoutMs);
  sqlite3_db_config(impl->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto connection = std::unique_ptr<Connection>(new Connection(std::move(impl)));
  KLUIS_RETURN_IF_ERROR(connection->Execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON; PRAGMA "
      "wal_autocheckpoint=0"));
  if (!writer) KLUIS_RETURN_IF_ERROR(connection->Execute("PRAGMA query_only=ON"));
  return connection;
}

absl::Status Database::Impl::RunOne(const std::function<absl::Status(Connection&)>& work) {
  KLUIS_RETURN_IF_ERROR(Run(*writer, "SAVEPOINT one"));
  const absl::Status status = work(*writer);
  // SQLite itself rolls the transaction back after some errors; then the group is lost.
  if (sqlite3_get_autocommit(writer->impl_->handle) != 0) writer->impl_->broken = true;
  if (writer_broken()) return status;
  if (!status.ok()) KLUIS_RETURN_IF_ERROR(Run(*writer, "ROLLBACK TO one"));
  KLUIS_RETURN_IF_ERROR(Run(*writer, "RELEASE one"));
  return status;
}

absl::Status Database::Impl::CommitGroup() {
  std::function<absl::Status(Connection&)> hook;
  {
    std::lock_guard<std::mutex> lock(mutex);
    hook = before_commit;
  }
  if (hook) KLUIS_RETURN_IF_ERROR(hook(*writer));
  if (writer_broken()) return Closed();
  KLUIS_RETURN_IF_ERROR(writer->Execute("COMMIT"));
  return StillWritable();
}

// A file system that turns read-only during a sync may have called it done: ext4 does, when its
// journal is aborted between the write of a block and the note that it is part of the file. After
// that every write fails, so one that succeeds shows that the sync before it was whole.
absl::Status Database::Impl::StillWritable() const {
  return pwrite(lock_fd, "\n", 1, 0) == 1 ? absl::OkStatus()
                                          : FileError(path, "the disk takes no more writes");
}

absl::Status Database::Impl::RunGroup(const std::deque<WaitingWrite*>& group) {
  KLUIS_RETURN_IF_ERROR(writer->Execute("BEGIN IMMEDIATE"));
  bool any = false;
  for (WaitingWrite* write : group) {
    write->status = RunOne(*write->work);
    if (writer_broken()) return write->status.ok() ? Closed() : write->status;
    any |= write->status.ok();
  }
  return any ? CommitGroup() : writer->Execute("ROLLBACK");
}

void Database::Impl::Tell(const std::deque<WaitingWrite*>& group,
                          const absl::Status& group_status) {
  std::function<void()> hook;
  {
    std::lock_guard<std::mutex> lock(mutex);
    hook = after_commit;
  }
  if (group_status.ok() && hook) hook();
  std::lock_guard<std::mutex> lock(mutex);
  if (!group_status.ok()) healthy = false;
  for (WaitingWrite* write : group) {
    if (!group_status.ok()) write->status = group_status;
    write->done = true;
    write->told.notify_one();
  }
}

// What is in the WAL is durable, so nobody waits for its way into the main file. The WAL stays as
// it is when that fails, and nothing more is written then: a second sync of the same pages may
// claim a success that it has not had, and the WAL would be given up for it.
void Database::Impl::ShortenWal() {
  if (wal_pages < kLongWalPages) return;
  const int code = sqlite3_wal_checkpoint_v2(writer->impl_->handle, nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  wal_pages = 0;
  const bool moved =
      (code & 0xFF) == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED;
  if (moved && StillWritable().ok()) return;
  writer->impl_->broken = true;
  std::lock_guard<std::mutex> lock(mutex);
  healthy = false;
}

void Database::Impl::WriteLoop() {
  while (true) {
    std::deque<WaitingWrite*> group;
    bool open = true;
    {
      std::unique_lock<std::mutex> lock(mutex);
      work_waits.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      while (!queue.empty() && group.size() < kGroupMax) {
        group.push_back(queue.front());
        queue.pop_front();
      }
      open = healthy;
    }
    const absl::Status status = open ? RunGroup(group) : Closed();
    if (!status.ok() && open) {
      writer->impl_->broken = true;
      writer->Execute("ROLLBACK").IgnoreError();  // the writer is closed either way
    }
    Tell(group, status);
    if (status.ok()) ShortenWal();
  }
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                         absl::string_view schema) {
  auto database = std::unique_ptr<Database>(new Database(std::make_unique<Impl>()));
  Impl& impl = *database->impl_;
  impl.path = path;
  KLUIS_ASSIGN_OR_RETURN(impl.lock_fd, LockFile(path + ".lock"));
  KLUIS_RETURN_IF_ERROR(CreateFile(path));
  KLUIS_ASSIGN_OR_RETURN(impl.writer, impl.Connect(/*writer=*/true));
  sqlite3_wal_hook(impl.writer->impl_->handle, NoteWalPages, &impl.wal_pages);
  KLUIS_RETURN_IF_ERROR(impl.writer->Execute("BEGIN IMMEDIATE"));
  KLUIS_RETURN_IF_ERROR(impl.writer->Execute(schema));
  KLUIS_RETURN_IF_ERROR(impl.writer->Execute("COMMIT"));
  impl.thread = std::thread([&impl] { impl.WriteLoop(); });
  return database;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Database::~Database() {
  {
    std::lock_guard<std::mutex> lock(impl_->mutex);
    impl_->stopping = true;
    impl_->work_waits.notify_one();
  }
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->readers.clear();
  impl_->writer.reset();
  if (impl_->lock_fd >= 0) close(impl_->lock_fd);
}

absl::Status Database::Write(const std::function<absl::Status(Connection&)>& work) {
  WaitingWrite write;
  write.work = &work;
  std::unique_lock<std::mutex> lock(impl_->mutex);
  if (!impl_->healthy || impl_->stopping) return Closed();
  impl_->queue.push_back(&write);
  impl_->work_waits.notify_one();
  write.told.wait(lock, [&write] { return write.done; });
  return write.status;
}

void Database::SetBeforeCommit(std::function<absl::Status(Connection&)> hook) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->before_commit = std::move(hook);
}

void Database::SetAfterCommit(std::function<void()> hook) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->after_commit = std::move(hook);
}

absl::Status Database::Read(const std::function<absl::Status(Connection&)>& work) const {
  std::unique_ptr<Connection> reader;
  {
    std::lock_guard<std::mutex> lock(impl_->mutex);
    if (!impl_->readers.empty()) {
      reader = std::move(impl_->readers.back());
      impl_->readers.pop_back();
    }
  }
  if (!reader) {
    KLUIS_ASSIGN_OR_RETURN(reader, impl_->Connect(/*writer=*/false));
  }
  KLUIS_RETURN_IF_ERROR(Run(*reader, "BEGIN"));
  const absl::Status status = work(*reader);
  const absl::Status end = Run(*reader, "ROLLBACK");
  std::lock_guard<std::mutex> lock(impl_->mutex);
  if (end.ok() && !reader->impl_->broken && impl_->readers.size() < kIdleReadersMax) {
    impl_->readers.push_back(std::move(reader));
  }
  return status;
}

bool Database::healthy() const {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->healthy;
}

}  // namespace kluis
