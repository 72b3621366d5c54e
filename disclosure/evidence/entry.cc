#include "disclosure/evidence/entry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

constexpr char kVersion[] = "kluis/entry/v1";
constexpr absl::string_view kTypes[] = {"request", "review", "policy", "snapshot",
                                        "grant",   "key",    "open",   "removal"};
constexpr uint64_t kIndexEnd = 1'000'000'000'000;
constexpr size_t kIndexSize = 12, kTypeSize = 8, kTimeSize = 20;
constexpr absl::string_view kVersionLine = "kluis/entry/v1\n";

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
  const std::string index = absl::StrCat(entry.index);
  return absl::StrCat(kVersion, "\nindex ", std::string(kIndexSize - index.size(), '0'), index,
                      "\ntype ", std::string(kTypeSize - entry.type.size(), ' '), entry.type,
                      "\ntime ", entry.time, "\npolicy ", entry.policy, "\nsnapshot ",
                      entry.snapshot, "\nanswer ", entry.answer, "\nsealed ", entry.sealed, "\n");
}

// Every field has one size, so what stands at its place and is valid is in its only spelling.
absl::StatusOr<Entry> ParseEntry(absl::string_view text) {
  if (text.size() != kEntrySize || !absl::StartsWith(text, kVersionLine)) {
    return absl::InvalidArgumentError(
        absl::StrCat("log entry: not ", kEntrySize, " bytes of ", kVersion));
  }
  absl::string_view rest = text.substr(kVersionLine.size());
  bool good = true;
  const auto field = [&rest, &good](absl::string_view name, size_t size) {
    good = good && absl::ConsumePrefix(&rest, name) && rest.size() > size && rest[size] == '\n';
    if (!good) return absl::string_view();
    const absl::string_view value = rest.substr(0, size);
    rest.remove_prefix(size + 1);
    return value;
  };
  Entry entry;
  const absl::string_view index = field("index ", kIndexSize);
  absl::string_view type = field("type ", kTypeSize);
  type.remove_prefix(std::min(type.find_first_not_of(' '), type.size()));
  entry.type = std::string(type);
  entry.time = std::string(field("time ", kTimeSize));
  for (const auto& [name, hash] :
       {std::pair{"policy ", &entry.policy}, std::pair{"snapshot ", &entry.snapshot},
        std::pair{"answer ", &entry.answer}, std::pair{"sealed ", &entry.sealed}})
    *hash = std::string(field(name, 2 * kHashSize));
  if (!good || !rest.empty())
    return absl::InvalidArgumentError("log entry: its fields are not in their places");
  if (!std::all_of(index.begin(), index.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(index, &entry.index))
    return Bad("index", index);
  KLUIS_RETURN_IF_ERROR(Validate(entry));
  return entry;
}

std::string EmptyCatalogue() { return ToHex(Sha256("")); }

std::string NextCatalogue(absl::string_view catalogue, absl::string_view snapshot) {
  return ToHex(Sha256({catalogue, snapshot}));
}

}  // namespace kluis
