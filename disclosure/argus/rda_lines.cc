#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "disclosure/argus/rda_parts.h"

namespace kluis {

const std::map<std::string, ArgusRole>& RdaTableRoles() {
  static const auto& roles = *new std::map<std::string, ArgusRole>{
      {"<FREQUENCY>", ArgusRole::kFrequency}, {"<MAXSCORE>", ArgusRole::kMaxScore},
      {"<STATUS>", ArgusRole::kStatus},       {"<SHADOW>", ArgusRole::kShadow},
      {"<COST>", ArgusRole::kCost},           {"<COSTVAR>", ArgusRole::kCost},
      {"<LOWERPL>", ArgusRole::kLowerLevel},  {"<LOWERLEVEL>", ArgusRole::kLowerLevel},
      {"<UPPERPL>", ArgusRole::kUpperLevel},  {"<UPPERLEVEL>", ArgusRole::kUpperLevel},
  };
  return roles;
}

bool IsRdaTableKeyword(const std::string& keyword) {
  return RdaTableRoles().count(keyword) > 0 || keyword == "<SAFE>" || keyword == "<UNSAFE>" ||
         keyword == "<PROTECT>";
}

bool IsCellKeyKeyword(const std::string& keyword) {
  static const auto& keywords = *new std::vector<std::string>{
      "<RECORDKEY>", "<PFILE>",  "<PFILE_FREQ>", "<PFILE_CONT>", "<PFILE_SEP>",
      "<CKM>",       "<PARITY>", "<SCALING>",    "<SEPARATION>", "<INCLUDEZEROS>"};
  return std::find(keywords.begin(), keywords.end(), keyword) != keywords.end();
}

std::vector<RdaLine> ReadRdaLines(SourceText* text) {
  std::vector<RdaLine> lines;
  for (int number = 1; number <= text->lines() && !text->sink()->full(); ++number) {
    const auto line = text->Line(number);
    RdaLine read{number, {}};
    if (!line || !SplitWords(*line, number, text->sink(), &read.words)) continue;
    for (Word& word : read.words) {
      if (!word.quoted && absl::StartsWith(word.text, "<")) absl::AsciiStrToUpper(&word.text);
    }
    if (!read.words.empty()) lines.push_back(std::move(read));
  }
  return lines;
}

bool IsRdaKeyword(const Word& word) { return !word.quoted && absl::StartsWith(word.text, "<"); }

bool LooksLikeTable(const std::vector<RdaLine>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const RdaLine& line) {
    return std::any_of(line.words.begin(), line.words.end(), [](const Word& word) {
      return IsRdaKeyword(word) && IsRdaTableKeyword(word.text);
    });
  });
}

}  // namespace kluis
