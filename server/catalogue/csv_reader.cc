#include "server/catalogue/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kBlock = size_t{1} << 18;
constexpr size_t kLongestRecord = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t limit) {
  KLUIS_ASSIGN_OR_RETURN(auto source, ByteSource::Open(path));
  std::string text;
  for (;;) {
    const size_t old_size = text.size();
    text.resize(old_size + kBlock);
    KLUIS_ASSIGN_OR_RETURN(const size_t got, source->Read(&text[old_size], kBlock));
    text.resize(old_size + got);
    if (got == 0) return text;
    if (text.size() > limit)
      return absl::ResourceExhaustedError(absl::StrCat(path, " is too large"));
  }
}

CsvReader::CsvReader(ByteSource& source) : source_(source) {}

absl::Status CsvReader::Fill() {
  if (begin_ > 0) {
    std::memmove(&buffer_[0], &buffer_[begin_], end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + kBlock) buffer_.resize(end_ + kBlock);
  KLUIS_ASSIGN_OR_RETURN(const size_t got, source_.Read(&buffer_[end_], kBlock));
  end_ += got;
  at_end_ = got == 0;
  return absl::OkStatus();
}

// The offset from begin_ of the line feed that ends the record, or of the end of the text.
absl::StatusOr<size_t> CsvReader::FindEnd() {
  bool quoted = false, field_start = true, just_closed = false;
  size_t position = 0;
  for (;;) {
    for (; begin_ + position < end_; ++position) {
      const char c = buffer_[begin_ + position];
      if (quoted) {
        just_closed = c == '"';
        quoted = !just_closed;
        continue;
      }
      if (c == '\n') return position;
      quoted = c == '"' && (field_start || just_closed);
      field_start = c == ',';
      just_closed = false;
    }
    if (at_end_) {
      malformed_ = quoted;
      return position;
    }
    if (position > kLongestRecord) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", next_line_, ": record of more than 1 MiB; is a quote not closed?"));
    }
    KLUIS_RETURN_IF_ERROR(Fill());
  }
}

absl::StatusOr<bool> CsvReader::ReadRecord() {
  malformed_ = false;
  KLUIS_ASSIGN_OR_RETURN(const size_t length, FindEnd());
  if (begin_ == end_) return false;
  record_line_ = next_line_;
  char* begin = &buffer_[begin_];
  char* end = begin + length;
  next_line_ += 1 + (std::memchr(begin, '"', length) == nullptr ? 0 : std::count(begin, end, '\n'));
  begin_ = std::min(begin_ + length + 1, end_);
  if (end > begin && end[-1] == '\r') --end;
  if (begin == end) {
    fields_.clear();
  } else {
    Split(begin, end);
  }
  return true;
}

absl::StatusOr<bool> CsvReader::Next() {
  if (!started_) {
    started_ = true;
    while (end_ < 3 && !at_end_) KLUIS_RETURN_IF_ERROR(Fill());
    if (end_ >= 3 && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) begin_ = 3;
  }
  for (;;) {
    KLUIS_ASSIGN_OR_RETURN(const bool found, ReadRecord());
    if (!found || !fields_.empty() || malformed_) return found;
  }
}

// Takes a quoted field from its opening quote, undoubling in place; gives where it ends.
char* CsvReader::SplitQuoted(char* in, char* end) {
  char* const start = ++in;
  char* out = start;
  for (;; ++in) {
    if (in == end) {
      malformed_ = true;
      break;
    }
    if (*in == '"') {
      if (in + 1 == end || in[1] != '"') {
        ++in;
        break;
      }
      ++in;
    }
    *out++ = *in;
  }
  fields_.emplace_back(start, out - start);
  if (in != end && *in != ',') malformed_ = true;
  return in;
}

void CsvReader::Split(char* begin, char* end) {
  fields_.clear();
  for (char* in = begin;; ++in) {
    if (in != end && *in == '"') {
      in = SplitQuoted(in, end);
    } else {
      auto* comma = static_cast<char*>(std::memchr(in, ',', end - in));
      if (comma == nullptr) comma = end;
      if (std::memchr(in, '"', comma - in) != nullptr) malformed_ = true;
      fields_.emplace_back(in, comma - in);
      in = comma;
    }
    if (in == end || malformed_) return;
  }
}

}  // namespace kluis
