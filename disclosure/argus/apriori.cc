#include "disclosure/argus/apriori.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr TextLimits kLimits = {.bytes = size_t{256} << 20, .line_bytes = 10'000};
constexpr size_t kCodeBytesMax = 200;
constexpr char kSeparators[] = ";,|";

struct Command {
  const char* word;
  AprioriKind kind;
  int numbers;
};

constexpr Command kCommands[] = {{"s", AprioriKind::kSafe, 0},
                                 {"u", AprioriKind::kUnsafe, 0},
                                 {"p", AprioriKind::kProtect, 0},
                                 {"m", AprioriKind::kSecondary, 0},
                                 {"ml", AprioriKind::kSecondaryLinked, 0},
                                 {"c", AprioriKind::kCost, 1},
                                 {"w", AprioriKind::kCost, 1},
                                 {"pl", AprioriKind::kLevels, 2},
                                 {"ab", AprioriKind::kBounds, 2}};

const Command* FindCommand(absl::string_view word) {
  for (const Command& command : kCommands) {
    if (absl::EqualsIgnoreCase(command.word, word)) return &command;
  }
  return nullptr;
}

class HstParser {
 public:
  HstParser(const AprioriForm& form, SourceText* text)
      : form_(form), text_(text), sink_(text->sink()) {}

  std::vector<AprioriLine> Parse() {
    std::vector<AprioriLine> lines;
    for (number_ = 1; number_ <= text_->lines() && !sink_->full(); ++number_) {
      const auto line = text_->Line(number_);
      if (!line) continue;
      const absl::string_view trimmed = absl::StripAsciiWhitespace(*line);
      if (trimmed.empty() || absl::StartsWith(trimmed, "//")) continue;
      if (form_.separator == '\0' && !Detect(*line)) break;
      std::vector<Word> fields;
      AprioriLine read;
      if (SplitFields(*line, form_.separator, number_, sink_, &fields) && ReadLine(fields, &read)) {
        lines.push_back(std::move(read));
      }
    }
    return lines;
  }

 private:
  bool Error(const Word& at, const std::string& message, const std::string& hint = "") {
    sink_->Add(number_, at.column, message, hint);
    return false;
  }

  // The separator with which a command stands behind the codes of this line.
  bool Detect(absl::string_view line) {
    for (const char separator : absl::string_view(kSeparators)) {
      DiagnosticSink ignored("", "");
      std::vector<Word> fields;
      if (!SplitFields(line, separator, number_, &ignored, &fields)) continue;
      if (static_cast<int>(fields.size()) > form_.dimensions &&
          FindCommand(fields[form_.dimensions].text) != nullptr) {
        form_.separator = separator;
        return true;
      }
    }
    sink_->Add(number_, 1,
               absl::StrCat("the line must have ", form_.dimensions,
                            " codes and a command between ; or , or |"),
               "write for example code;code;u, with a code for each dimension of the table");
    return false;
  }

  bool ReadLine(const std::vector<Word>& fields, AprioriLine* out) {
    const size_t dimensions = form_.dimensions;
    if (fields.size() <= dimensions) {
      return Error(fields.back(), absl::StrCat("the line has ", fields.size(),
                                               " fields, fewer "
                                               "than ",
                                               dimensions, " codes and a command"));
    }
    for (size_t i = 0; i < dimensions; ++i) {
      if (fields[i].text.size() > kCodeBytesMax) return Error(fields[i], "the code is too long");
      out->codes.push_back(fields[i].text);
    }
    out->line = number_;
    const Word& word = fields[dimensions];
    const Command* command = FindCommand(word.text);
    if (command == nullptr) {
      return Error(word, absl::StrCat("unknown command '", word.text.substr(0, 40), "'"),
                   "known are s, u, p, m, ml, c (cost), w, pl (protection levels), ab (bounds)");
    }
    out->kind = command->kind;
    if (fields.size() != dimensions + 1 + command->numbers) {
      return Error(word, absl::StrCat("'", command->word, "' takes ", command->numbers,
                                      command->numbers == 1 ? " number" : " numbers", ", not ",
                                      fields.size() - dimensions - 1));
    }
    return ReadNumbers(fields, *command, out);
  }

  bool ReadNumbers(const std::vector<Word>& fields, const Command& command, AprioriLine* out) {
    for (int i = 0; i < command.numbers; ++i) {
      const Word& word = fields[form_.dimensions + 1 + i];
      ArgusNumber* number = i == 0 ? &out->first : &out->second;
      if (!ParseArgusNumber(word.text, form_.separator != ',', number)) {
        return Error(word, absl::StrCat("'", word.text.substr(0, 40), "' is no number"));
      }
    }
    const Word& at = fields.back();
    if (command.kind == AprioriKind::kCost && out->first.scaled <= 0) {
      return Error(at, "a cost must be above 0");
    }
    if (command.kind == AprioriKind::kLevels && (out->first.scaled < 0 || out->second.scaled < 0)) {
      return Error(at, "a protection level must not be negative");
    }
    return command.kind != AprioriKind::kBounds || InOrder(at, *out);
  }

  bool InOrder(const Word& at, const AprioriLine& line) {
    absl::int128 low = 0, high = 0;
    const int decimals = std::max(line.first.decimals, line.second.decimals);
    if (ScaleArgusNumber(line.first, decimals, &low) &&
        ScaleArgusNumber(line.second, decimals, &high) && low <= high) {
      return true;
    }
    return Error(at, "the lower bound is above the upper one");
  }

  AprioriForm form_;
  SourceText* text_;
  DiagnosticSink* sink_;
  int number_ = 0;
};

}  // namespace

Parsed<std::vector<AprioriLine>> ParseHst(absl::string_view text, absl::string_view file_name,
                                          const AprioriForm& form) {
  KLUIS_CHECK(form.dimensions >= 1);
  SourceText source(text, file_name, kLimits);
  Parsed<std::vector<AprioriLine>> parsed;
  parsed.value = HstParser(form, &source).Parse();
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

std::string WriteHst(const std::vector<AprioriLine>& lines, char separator) {
  const std::string between(1, separator);
  std::string out;
  for (const AprioriLine& line : lines) {
    for (const std::string& code : line.codes) absl::StrAppend(&out, "\"", code, "\"", between);
    for (const Command& command : kCommands) {
      if (command.kind != line.kind) continue;
      absl::StrAppend(&out, command.word);
      if (command.numbers > 0) absl::StrAppend(&out, between, FormatArgusNumber(line.first));
      if (command.numbers > 1) absl::StrAppend(&out, between, FormatArgusNumber(line.second));
      break;
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace kluis
