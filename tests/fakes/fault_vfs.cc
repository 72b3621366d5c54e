#include "tests/fakes/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <utility>

namespace kluis {
namespace {

FaultVfs* g_vfs = nullptr;
sqlite3_vfs g_shim;
sqlite3_vfs* g_real = nullptr;

// What SQLite sees: our methods, the path, and behind them the real file.
struct File {
  sqlite3_file base;
  const char* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real(); }
const sqlite3_io_methods* Methods(sqlite3_file* file) { return Real(file)->pMethods; }

int Close(sqlite3_file* f) { return Methods(f)->xClose(Real(f)); }
int Read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  return Methods(f)->xRead(Real(f), to, n, at);
}
int Write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (g_vfs->Hit(false)) return g_vfs->full() ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  const int code = Methods(f)->xWrite(Real(f), from, n, at);
  if (code == SQLITE_OK && Of(f)->path != nullptr)
    g_vfs->Wrote(Of(f)->path, std::string(static_cast<const char*>(from), n), at);
  return code;
}
int Truncate(sqlite3_file* f, sqlite3_int64 n) {
  const int code = Methods(f)->xTruncate(Real(f), n);
  if (code == SQLITE_OK && Of(f)->path != nullptr) g_vfs->Truncated(Of(f)->path, n);
  return code;
}
int Sync(sqlite3_file* f, int flags) {
  if (g_vfs->Hit(true)) return SQLITE_IOERR_FSYNC;
  const int code = Methods(f)->xSync(Real(f), flags);
  if (code == SQLITE_OK && Of(f)->path != nullptr) g_vfs->Synced(Of(f)->path);
  return code;
}
int FileSize(sqlite3_file* f, sqlite3_int64* n) { return Methods(f)->xFileSize(Real(f), n); }
int Lock(sqlite3_file* f, int level) { return Methods(f)->xLock(Real(f), level); }
int Unlock(sqlite3_file* f, int level) { return Methods(f)->xUnlock(Real(f), level); }
int Reserved(sqlite3_file* f, int* out) { return Methods(f)->xCheckReservedLock(Real(f), out); }
int Control(sqlite3_file* f, int op, void* arg) {
  return Methods(f)->xFileControl(Real(f), op, arg);
}
int SectorSize(sqlite3_file* f) { return Methods(f)->xSectorSize(Real(f)); }
int Traits(sqlite3_file* f) { return Methods(f)->xDeviceCharacteristics(Real(f)); }
int ShmMap(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return Methods(f)->xShmMap(Real(f), page, size, extend, out);
}
int ShmLock(sqlite3_file* f, int offset, int n, int flags) {
  return Methods(f)->xShmLock(Real(f), offset, n, flags);
}
void ShmBarrier(sqlite3_file* f) { Methods(f)->xShmBarrier(Real(f)); }
int ShmUnmap(sqlite3_file* f, int remove) { return Methods(f)->xShmUnmap(Real(f), remove); }

constexpr sqlite3_io_methods kMethods = {
    2,       Close,      Read,   Write,  Truncate, Sync,       FileSize, Lock,    Unlock, Reserved,
    Control, SectorSize, Traits, ShmMap, ShmLock,  ShmBarrier, ShmUnmap, nullptr, nullptr};

int Open(sqlite3_vfs*, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  File* file = new (f) File{};
  const int code = g_real->xOpen(g_real, path, file->real(), flags, out_flags);
  if (file->real()->pMethods == nullptr) return code;
  file->base.pMethods = &kMethods;
  file->path = path;  // SQLite keeps it alive until the file is closed
  if (path != nullptr) g_vfs->Opened(path);
  return code;
}
int Delete(sqlite3_vfs*, const char* path, int sync_folder) {
  g_vfs->Deleted(path);
  return g_real->xDelete(g_real, path, sync_folder);
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

FaultVfs::FaultVfs() : previous_(sqlite3_vfs_find(nullptr)) {
  g_vfs = this;
  g_real = previous_;
  g_shim = *previous_;
  g_shim.pNext = nullptr;
  g_shim.zName = "fault";
  g_shim.szOsFile = static_cast<int>(sizeof(File)) + previous_->szOsFile;
  g_shim.xOpen = Open;
  g_shim.xDelete = Delete;
  if (sqlite3_vfs_register(&g_shim, /*makeDflt=*/1) != SQLITE_OK) std::abort();
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&g_shim);
  sqlite3_vfs_register(previous_, 1);
  g_vfs = nullptr;
}

void FaultVfs::FailAt(Fault fault, int n, bool for_ever) {
  countdown_ = n;
  for_ever_ = for_ever;
  fired_ = false;
  fault_ = fault;
}

bool FaultVfs::Hit(bool sync) {
  const Fault fault = fault_;
  if (fault == Fault::kNone || (fault == Fault::kSync) != sync) return false;
  const int left = --countdown_;
  if (left > 0 || (left < 0 && !for_ever_)) return false;
  fired_ = true;
  return true;
}

void FaultVfs::Opened(const std::string& path) {
  std::lock_guard<std::mutex> lock(mutex_);
  files_.try_emplace(path, Content{ReadAll(path), {}});
}

void FaultVfs::Wrote(const std::string& path, std::string bytes, int64_t at) {
  std::lock_guard<std::mutex> lock(mutex_);
  files_[path].since.push_back({std::move(bytes), at, false});
}

void FaultVfs::Truncated(const std::string& path, int64_t size) {
  std::lock_guard<std::mutex> lock(mutex_);
  files_[path].since.push_back({"", size, true});
}

void FaultVfs::Synced(const std::string& path) {
  std::string content = ReadAll(path);
  std::lock_guard<std::mutex> lock(mutex_);
  files_[path] = {std::move(content), {}};
}

void FaultVfs::Deleted(const std::string& path) {
  std::lock_guard<std::mutex> lock(mutex_);
  files_.erase(path);
}

void FaultVfs::LoseUnsynced(const std::function<bool()>& lost) {
  constexpr size_t kSector = 512;
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [path, file] : files_) {
    std::string content = file.synced;
    for (const Change& change : file.since) {
      if (change.truncates && !lost()) content.resize(change.at);
      for (size_t from = 0; from < change.bytes.size();) {
        const size_t at = change.at + from;
        const size_t length = std::min(change.bytes.size() - from, kSector - at % kSector);
        if (!lost()) {
          content.resize(std::max(content.size(), at + length));
          content.replace(at, length, change.bytes, from, length);
        }
        from += length;
      }
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  }
  files_.clear();
}

}  // namespace kluis
