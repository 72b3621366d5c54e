#include "server/desk/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

// Any field may be there or not; texts have what JSON must escape.
DeskEvent RandomEvent(std::mt19937_64* random) {
  const auto text = [&] {
    static const char* const texts[] = {"", "a", "twee\nregels", "é \"x\" \\", "{\"entry\":1}"};
    return std::string(texts[(*random)() % 5]);
  };
  DeskEvent event;
  event.action = DeskActions()[(*random)() % DeskActions().size()];
  event.case_id = absl::StrCat("c", (*random)() % 9);
  event.by = {text(), text(), DeskRoles()[(*random)() % DeskRoles().size()]};
  event.reason = text(), event.code = text(), event.digest = text(), event.release = text();
  event.until = text(), event.shape = text(), event.project = text(), event.caller = text();
  event.required = (*random)() % 3, event.cells = (*random)() % 3;
  event.strength = {static_cast<int>((*random)() % 3), static_cast<int>((*random)() % 3)};
  event.to_researcher = (*random)() % 2;
  for (size_t n = (*random)() % 3; n > 0; --n) event.dependants.push_back(text());
  return event;
}

TEST(EventTest, WhatIsWrittenReadsBack) {
  const uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const DeskEvent event = RandomEvent(&random);
    const auto read = ParseEvent(EventJson(event));
    ASSERT_TRUE(read.ok()) << read.status() << " seed " << seed;
    EXPECT_TRUE(*read == event) << EventJson(event) << " seed " << seed;
  }
}

TEST(EventTest, TheLogsKeyIsNotOfTheEvent) {
  DeskEvent event;
  event.case_id = "c1";
  EXPECT_THAT(EventJson(event), Not(HasSubstr("entry")));
  std::string json = EventJson(event);
  json.insert(1, "\"entry\":12,");
  EXPECT_TRUE(ParseEvent(json).ok());
}

TEST(EventTest, AnythingElseIsNoEvent) {
  const char* const good =
      R"("action":"claim","by":"b","case":"c1","person":"b","role":"reviewer")";
  ASSERT_TRUE(ParseEvent(absl::StrCat("{", good, "}")).ok());
  const std::string bad[] = {
      "",
      "[]",
      "{}",
      absl::StrCat("{", good, R"(,"vote":"yes"})"),
      absl::StrCat("{", good, R"(,"required":"2"})"),
      absl::StrCat("{", good, R"(,"required":-1})"),
      absl::StrCat("{", good, R"(,"reason":2})"),
      absl::StrCat("{", good, R"(,"dependants":"r1"})"),
      absl::StrCat("{", good, R"(,"dependants":[1]})"),
      absl::StrCat("{", good, R"(,"to_researcher":1})"),
      R"({"action":"steal","by":"b","case":"c1","person":"b","role":"reviewer"})",
      R"({"action":"claim","by":"b","case":"c1","person":"b","role":"king"})",
      R"({"action":"claim","by":"b","case":"c1","role":"reviewer"})",
  };
  for (const std::string& text : bad) {
    EXPECT_EQ(ParseEvent(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace kluis
