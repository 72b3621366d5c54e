#include "server/query/parser_thread.h"

#include <pg_query.h>
#include <pthread.h>

#include <condition_variable>
#include <mutex>

namespace kluis {
namespace {

// The parser recurses as deep as the text nests; 64 KiB of text need under 8 MiB (measured).
constexpr size_t kParserStackBytes = 64 << 20;

void Parse(RawParse* raw) {
  PgQueryParseResult result = pg_query_parse(raw->text.c_str());
  if (result.error != nullptr) {
    raw->failed = true;
    raw->error = result.error->message == nullptr ? "" : result.error->message;
    raw->cursor = result.error->cursorpos;
  } else {
    raw->tree = result.parse_tree;
  }
  pg_query_free_parse_result(result);
}

class ParserThread {
 public:
  bool Run(RawParse* raw) {
    const std::lock_guard<std::mutex> turn(turn_);
    std::unique_lock<std::mutex> lock(mutex_);
    started_ = started_ || Start();
    if (!started_) return false;
    job_ = raw;
    changed_.notify_all();
    changed_.wait(lock, [this] { return job_ == nullptr; });
    return true;
  }

 private:
  bool Start() {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_t thread;
    const bool started = pthread_attr_setstacksize(&attributes, kParserStackBytes) == 0 &&
                         pthread_create(&thread, &attributes, Loop, this) == 0;
    pthread_attr_destroy(&attributes);
    return started && pthread_detach(thread) == 0;
  }

  static void* Loop(void* self) {
    static_cast<ParserThread*>(self)->Work();
    return nullptr;
  }

  [[noreturn]] void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return job_ != nullptr; });
      Parse(job_);
      job_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex turn_;   // held by the caller whose text is parsed
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool started_ = false;
  RawParse* job_ = nullptr;  // null: the thread waits
};

}  // namespace

bool RunParser(RawParse* raw) {
  static ParserThread& thread = *new ParserThread;  // outlives whoever parses at exit
  return thread.Run(raw);
}

}  // namespace kluis
