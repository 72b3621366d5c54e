// The table of messages: every one of the older corpora is in it, and templates do what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy_check/message_catalogue.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

TEST(MessagesTest, AnIdWithArgumentsAndBothLanguages) {
  const Message message =
      RecogniseMessage("frequency.minimum must be at least 3, not 2", Language::kDutch);
  EXPECT_EQ(message.id, "type");
  EXPECT_EQ(message.arguments, (std::vector<std::string>{"frequency.minimum", "at least 3", "2"}));
  EXPECT_EQ(message.text, "frequency.minimum moet ten minste 3 zijn, niet 2");
  EXPECT_EQ(
      RecogniseMessage("weights must be sample or spread or public, not a map", Language::kDutch)
          .text,
      "weights moet sample of spread of public zijn, niet een groep sleutels");
}

// What a file holds cannot make one message look like another.
TEST(MessagesTest, ArgumentsAreTakenOverAsTheyAre) {
  EXPECT_EQ(RecogniseMessage("unknown key 'x' is missing'", Language::kDutch).text,
            "onbekende sleutel 'x' is missing'");
  EXPECT_EQ(RecogniseMessage("unknown key '{0}'", Language::kDutch).text,
            "onbekende sleutel '{0}'");
}

// `on_hit: none` is none of our words, and `on_hit: empty` is not nothing.
TEST(MessagesTest, WhatSomebodyWroteIsNotTranslated) {
  const auto dutch = [](const std::string& value) {
    const auto parsed = ParseRuleSet(absl::StrCat("rules: a\nhistory: {on_hit: ", value, "}\n"),
                                     "a.yaml", RuleSetUse::kEnclave, nullptr);
    EXPECT_EQ(parsed.diagnostics.size(), 1u) << value;
    return InLanguage(parsed.diagnostics[0], Language::kDutch).message;
  };
  const std::string must = "history.on_hit moet suppress of hold zijn, niet ";
  EXPECT_EQ(dutch("none"), must + "none");
  EXPECT_EQ(dutch("rules"), must + "rules");
  EXPECT_EQ(dutch("empty"), must + "'empty'");
  EXPECT_EQ(dutch(""), must + "leeg");
  EXPECT_EQ(dutch("[hold]"), must + "een lijst");
}

TEST(MessagesTest, WhatTheTableDoesNotHaveStaysEnglish) {
  const Message message = RecogniseMessage("something new", Language::kDutch);
  EXPECT_EQ(message.id, "");
  EXPECT_EQ(message.text, "something new");
}

TEST(MessagesTest, NoTemplateStandsTwice) {
  std::set<std::string> seen;
  for (const MessageTemplate& one : MessageTemplates()) {
    const std::string key = (one.id == "phrase" ? "phrase " : "") + one.english;
    EXPECT_TRUE(seen.insert(key).second) << one.english;
    for (const char* hole : {"{0", "{1", "{2", "{3", "{4"}) {
      EXPECT_EQ(absl::StrContains(one.english, hole), absl::StrContains(one.dutch, hole))
          << one.english;
    }
  }
}

// "file:1:2: message" and "hint: ..." of every file that the loader's own tests expect.
TEST(MessagesTest, EveryMessageOfTheGoldenFilesIsInTheTable) {
  int messages = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/policy")) {
    if (file.path().extension() != ".expected") continue;
    const std::string text = ReadFile(file.path());
    for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      if (absl::StrContains(line.substr(0, 8), " | ") || absl::StartsWith(line, "     |")) continue;
      if (!absl::ConsumePrefix(&line, "hint: ")) line.remove_prefix(line.find(": ") + 2);
      EXPECT_NE(RecogniseMessage(line, Language::kDutch).id, "") << file.path() << ": " << line;
      ++messages;
    }
  }
  EXPECT_GT(messages, 300);
}

}  // namespace
}  // namespace kluis
