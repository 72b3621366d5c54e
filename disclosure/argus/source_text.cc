#include "disclosure/argus/source_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/utf8.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

// Windows-1252 from 0x80 to 0x9F; elsewhere it is Latin-1. Source: Unicode, CP1252.TXT.
constexpr uint16_t kUpper[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const int bytes = DecodeUtf8(text, i).bytes;
    if (bytes == 0) return false;
    i += bytes;
  }
  return true;
}

void AppendUtf8(uint16_t value, std::string* out) {
  if (value < 0x80) {
    out->push_back(static_cast<char>(value));
  } else if (value < 0x800) {
    out->push_back(static_cast<char>(0xC0 | value >> 6));
    out->push_back(static_cast<char>(0x80 | (value & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xE0 | value >> 12));
    out->push_back(static_cast<char>(0x80 | (value >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (value & 0x3F)));
  }
}

std::string FromWindows1252(absl::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    AppendUtf8(byte >= 0x80 && byte < 0xA0 ? kUpper[byte - 0x80] : byte, &out);
  }
  return out;
}

bool ReportOpenQuote(absl::string_view line, size_t at, int number, DiagnosticSink* sink) {
  sink->Add(number, CodePointColumn(line, static_cast<int>(at)), "this quote is not closed",
            "write \"...\" on one line");
  return false;
}

}  // namespace

std::string DecodeText(absl::string_view bytes) {
  if (!IsUtf8(bytes)) return FromWindows1252(bytes);
  absl::ConsumePrefix(&bytes, "\xEF\xBB\xBF");
  return std::string(bytes);
}

SourceText::SourceText(absl::string_view bytes, absl::string_view file, const TextLimits& limits)
    : text_(bytes), limits_(limits), usable_(bytes.size() <= limits.bytes) {
  if (!usable_) text_ = "";
  if (!IsUtf8(text_) || absl::StartsWith(text_, "\xEF\xBB\xBF") ||
      text_.find('\t') != absl::string_view::npos) {
    decoded_ = absl::StrReplaceAll(DecodeText(text_), {{"\t", " "}});
    text_ = decoded_;
  }
  sink_.emplace(text_, file);
  if (!usable_) {
    sink_->Add(0, 0, absl::StrCat("the file is larger than ", limits.bytes >> 20, " MiB"));
  }
}

std::optional<absl::string_view> SourceText::Line(int number) {
  const absl::string_view line = sink_->Line(number);
  if (line.size() > limits_.line_bytes) {
    sink_->Add(number, 1, absl::StrCat("the line has more than ", limits_.line_bytes, " bytes"));
    return std::nullopt;
  }
  int column = 1;
  const std::string fault = LineFault(line, &column);
  if (fault.empty()) return line;
  sink_->Add(number, column, absl::StrCat(fault, " is not allowed"), "remove it");
  return std::nullopt;
}

bool SplitWords(absl::string_view line, int number, DiagnosticSink* sink, std::vector<Word>* out) {
  size_t i = 0;
  while (true) {
    i = std::min(line.find_first_not_of(' ', i), line.size());
    if (i == line.size() || absl::StartsWith(line.substr(i), "//")) return true;
    const bool quoted = line[i] == '"';
    const size_t begin = quoted ? i + 1 : i;
    const size_t end = line.find(quoted ? '"' : ' ', begin);
    if (quoted && end == absl::string_view::npos) return ReportOpenQuote(line, i, number, sink);
    const size_t quote = line.substr(0, end).find('"', begin);
    if (quote != absl::string_view::npos) {
      sink->Add(number, CodePointColumn(line, static_cast<int>(quote)),
                "a quote stands within a word", "write \"...\" around the whole word");
      return false;
    }
    out->push_back({std::string(line.substr(begin, end - begin)),
                    CodePointColumn(line, static_cast<int>(i)), quoted});
    i = std::min(quoted ? end + 1 : end, line.size());
  }
}

bool SplitFields(absl::string_view line, char separator, int number, DiagnosticSink* sink,
                 std::vector<Word>* out) {
  size_t i = 0;
  while (true) {
    size_t begin = i;
    while (begin < line.size() && line[begin] == ' ' && separator != ' ') ++begin;
    const bool quoted = begin < line.size() && line[begin] == '"';
    size_t close = begin;
    if (quoted) {
      close = line.find('"', begin + 1);
      if (close == absl::string_view::npos) return ReportOpenQuote(line, begin, number, sink);
    }
    const size_t end = std::min(line.find(separator, close), line.size());
    absl::string_view text = absl::StripAsciiWhitespace(line.substr(i, end - i));
    if (quoted && absl::EndsWith(text, "\"")) {
      text = absl::StripAsciiWhitespace(text.substr(1, text.size() - 2));
    }
    out->push_back({std::string(text), CodePointColumn(line, static_cast<int>(begin)), quoted});
    if (end >= line.size()) return true;
    i = end + 1;
  }
}

}  // namespace kluis
