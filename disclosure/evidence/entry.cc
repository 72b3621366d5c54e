#include "disclosure/evidence/entry.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

constexpr char kVersion[] = "kluis/entry/v1";
constexpr absl::string_view kTypes[] = {"request", "review", "policy", "snapshot",
                                        "grant",   "key",    "open",   "removal"};
constexpr uint64_t kIndexEnd = 1'000'000'000'000;

// The shape 2026-11-22T22:20:00Z; whether the day exists is not asked.
bool IsTime(absl::string_view text) {
  constexpr absl::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  return text.size() == kShape.size() &&
         std::equal(text.begin(), text.end(), kShape.begin(), [](char c, char shape) {
           return shape == 'd' ? absl::ascii_isdigit(c) : c == shape;
         });
}

absl::Status Bad(absl::string_view field, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat("log entry: ", field, " cannot be \"", value.substr(0, 80), "\""));
}

absl::Status Validate(const Entry& entry) {
  if (entry.index >= kIndexEnd) return Bad("index", absl::StrCat(entry.index));
  if (!IsEntryType(entry.type)) return Bad("type", entry.type);
  if (!IsTime(entry.time)) return Bad("time", entry.time);
  if (!IsSha256Hex(entry.policy)) return Bad("policy", entry.policy);
  if (!IsSha256Hex(entry.snapshot)) return Bad("snapshot", entry.snapshot);
  if (!IsSha256Hex(entry.answer)) return Bad("answer", entry.answer);
  if (!IsSha256Hex(entry.sealed)) return Bad("sealed", entry.sealed);
  return absl::OkStatus();
}

}  // namespace

bool IsEntryType(absl::string_view type) {
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

absl::StatusOr<std::string> FormatEntry(const Entry& entry) {
  KLUIS_RETURN_IF_ERROR(Validate(entry));
  return absl::StrFormat(
      "%s\nindex %012d\ntype %8s\ntime %s\npolicy %s\nsnapshot %s\nanswer %s\nsealed %s\n",
      kVersion, entry.index, entry.type, entry.time, entry.policy, entry.snapshot, entry.answer,
      entry.sealed);
}

absl::StatusOr<Entry> ParseEntry(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (text.size() != kEntrySize || lines.size() != 9 || lines[0] != kVersion) {
    return absl::InvalidArgumentError(
        absl::StrCat("log entry: not ", kEntrySize, " bytes of ", kVersion));
  }
  const auto field = [&lines](size_t line, absl::string_view name) {
    absl::string_view value = lines[line];
    return absl::ConsumePrefix(&value, name) && absl::ConsumePrefix(&value, " ")
               ? std::string(value)
               : std::string();
  };
  Entry entry;
  if (!absl::SimpleAtoi(field(1, "index"), &entry.index)) return Bad("index", lines[1]);
  entry.type = std::string(absl::StripLeadingAsciiWhitespace(field(2, "type")));
  entry.time = field(3, "time");
  entry.policy = field(4, "policy");
  entry.snapshot = field(5, "snapshot");
  entry.answer = field(6, "answer");
  entry.sealed = field(7, "sealed");
  KLUIS_ASSIGN_OR_RETURN(const std::string again, FormatEntry(entry));
  if (again != text) return absl::InvalidArgumentError("log entry: not in its only spelling");
  return entry;
}

std::string EmptyCatalogue() { return ToHex(Sha256("")); }

std::string NextCatalogue(absl::string_view catalogue, absl::string_view snapshot) {
  return ToHex(Sha256({catalogue, snapshot}));
}

}  // namespace kluis
