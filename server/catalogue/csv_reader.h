// Reading CSV as RFC 4180 has it, plain or gzipped, with exact line numbers. Streaming: memory is
// one block and one record.
#ifndef KLUIS_SERVER_CATALOGUE_CSV_READER_H_
#define KLUIS_SERVER_CATALOGUE_CSV_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// The bytes of a file, unzipped when it is gzipped (by its content, not its name), and the SHA-256
// of the file as it stands.
class ByteSource {
 public:
  // NOT_FOUND when the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path);
  ~ByteSource();

  // Fills `buffer` with 1 to `capacity` bytes, 0 at the end. DATA_LOSS when the gzip stream is
  // broken or ends early.
  absl::StatusOr<size_t> Read(char* buffer, size_t capacity);
  // Share of the file that is read. From any thread.
  double done() const;
  // Lower-case hex. Only after Read() gave 0.
  std::string Sha256();

 private:
  struct State;
  ByteSource();
  std::unique_ptr<State> state_;
};

// The whole file as text, unzipped. At most `limit` bytes, else RESOURCE_EXHAUSTED.
absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t limit = size_t{1} << 28);

// Records of a CSV text. A field may be quoted; quotes inside are doubled; lines end in LF or CRLF;
// a byte order mark at the start is skipped; an empty line is skipped.
class CsvReader {
 public:
  // `source` must outlive the reader.
  explicit CsvReader(ByteSource& source);

  // False at the end of the text. `malformed()` tells that the record breaks the quoting rules; its
  // fields then mean nothing, and the next record starts at the next line. A record over 1 MiB is
  // INVALID_ARGUMENT with its line.
  absl::StatusOr<bool> Next();
  // Valid until the next call of Next().
  const std::vector<absl::string_view>& fields() const { return fields_; }
  int64_t line() const { return record_line_; }  // on which the record starts, from 1
  bool malformed() const { return malformed_; }

 private:
  absl::Status Fill();
  absl::StatusOr<bool> ReadRecord();
  absl::StatusOr<size_t> FindEnd();
  void Split(char* begin, char* end);
  char* SplitQuoted(char* in, char* end);

  ByteSource& source_;
  std::string buffer_;
  size_t begin_ = 0, end_ = 0;  // unread bytes of buffer_
  bool at_end_ = false;
  bool started_ = false;
  int64_t next_line_ = 1, record_line_ = 0;
  bool malformed_ = false;
  std::vector<absl::string_view> fields_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_CSV_READER_H_
