// kluis log: what each command asks, prints and ends with. That a log verifies, or does not, is in
// verification_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "disclosure/evidence/sealed_part.h"
#include "kluis/v1/release.pb.h"
#include "tests/client/desk_workshop.h"

namespace kluis {
namespace {

using google::protobuf::FieldDescriptor;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class SealedLogCliTest : public DeskCliTest {
 protected:
  // Entry 12 with this sealed part, in pieces.
  void Seal(const std::string& type, const std::string& bytes) {
    desk_.entry.clear();
    v1::SealedEntryPart part;
    part.mutable_head()->set_index(12), part.mutable_head()->set_type(type);
    part.mutable_head()->set_time("2026-11-22T22:20:00Z");
    part.mutable_head()->set_leaf("kluis/entry/v1\n");
    part.mutable_head()->add_reviews(14);
    desk_.entry.push_back(part);
    for (size_t at = 0; at < bytes.size(); at += 7) {
      part.set_chunk(bytes.substr(at, 7));
      desk_.entry.push_back(part);
    }
  }
  void Find(int page, uint64_t index, const std::string& query) {
    desk_.pages.resize(std::max<size_t>(desk_.pages.size(), page + 1));
    v1::FoundRequest* found = desk_.pages[page].add_requests();
    found->set_index(index), found->set_time("2026-11-22T22:20:00Z"), found->set_status("released");
    found->set_project("toy"), found->set_caller("anna@heerlen.nl"), found->set_query(query);
    found->set_cells(9), found->set_suppressed(2), found->set_release("releases/k3");
  }
  // A table of two cells in the log of the fake, and the proof of one of them.
  CellProof Cell() {
    const std::string salt(32, 's'), part = "sealed part";
    const std::vector<std::string> cells = {"first cell", "second cell"};
    const auto placed =
        enclave_.Append(ToHex(SealedCommitment(salt, part, CellsRoot(salt, cells))));
    CellProof proof = ProveCell(salt, part, cells, 1);
    proof.entry = placed.entry, proof.proof = placed.proof;
    return proof;
  }
};

TEST_F(SealedLogCliTest, ASearchAsksWhatItSaysAndReadsAllPages) {
  Find(0, 31, "SELECT 1"), Find(0, 30, "SELECT 2"), Find(1, 12, "SELECT \x1b[31m3\nFROM x");
  const Result text =
      Ask("log search --project toy --who anna@heerlen.nl --since 2026-01-01 --dataset persoon");
  EXPECT_EQ(text.exit, 0) << text.err;
  ASSERT_EQ(desk_.asked.size(), 2u);
  EXPECT_EQ(desk_.asked[0],
            R"(SearchRequests project: "toy" caller: "anna@heerlen.nl" since: "2026-01-01" )"
            R"(dataset: "persoon" page_size: 1000)");
  EXPECT_THAT(desk_.asked[1], HasSubstr(R"(page_token: "1")"));
  EXPECT_THAT(text.out, StartsWith("entry  time                  status    project  who            "
                                   "  cells  suppressed  query\n"
                                   "   31  2026-11-22T22:20:00Z  released  toy      "
                                   "anna@heerlen.nl      9           2  SELECT 1\n"));
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 4) << "one line for each request";
  EXPECT_THAT(text.out, AllOf(Not(HasSubstr("\x1b")), HasSubstr("m3 FROM x\n")));
  const json found = json::parse(Ask("log search --format json").out);
  std::vector<std::string> keys;
  for (const auto& [key, value] : found["requests"][2].items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("cells", "index", "project", "query", "release", "status",
                                "suppressed", "time", "who"));
  EXPECT_EQ(found["requests"].size(), 3u);
  desk_.pages.clear();
  EXPECT_THAT(Ask("log search").out, StartsWith("entry  time"));
  EXPECT_EQ(json::parse(Ask("log search --format json").out)["requests"], json::array());
}

// A value for each field of the message, so that one that is forgotten is missed.
void FillAll(google::protobuf::Message* message, const std::set<std::string>& but,
             std::vector<std::string>* values) {
  const auto& to = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (but.count(field->name()) > 0) continue;
    const int number = 700'000 + static_cast<int>(values->size());
    std::string value = std::to_string(number);
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        value = absl::StrCat("<", field->name(), number, ">");
        to.SetString(message, field, value);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        to.SetInt64(message, field, number);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        field->is_repeated() ? to.AddUInt64(message, field, number)
                             : to.SetUInt64(message, field, number);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        to.SetUInt32(message, field, number);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        to.SetDouble(message, field, number);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        FillAll(field->is_repeated() ? to.AddMessage(message, field)
                                     : to.MutableMessage(message, field),
                but, values);
        continue;
      default:
        continue;
    }
    values->push_back(value);
  }
}

TEST_F(SealedLogCliTest, ARequestIsShownWithEveryFieldOfItsSealedPart) {
  v1::SealedRequest sealed;
  v1::SealedCell cell;
  std::vector<std::string> values;
  FillAll(&cell, {"codes"}, &values);
  cell.add_codes("GM0917");
  FillAll(&sealed, {"cell_reviews", "answer", "held_for"}, &values);
  values.push_back("cells_over 12345");
  sealed.add_held_for(values.back());
  sealed.add_cell_reviews(cell.SerializeAsString());
  sealed.set_answer(R"({"status":"released"})");
  Seal("request", sealed.SerializeAsString());
  EXPECT_GT(values.size(), 50u);
  for (const char* command : {"log show 12", "log show 12 --format json"}) {
    const Result shown = Ask(command);
    EXPECT_EQ(shown.exit, 0) << shown.err;
    EXPECT_EQ(Asked(), "GetSealedEntry index: 12");
    for (const std::string& value : values) EXPECT_THAT(shown.out, HasSubstr(value)) << command;
    EXPECT_THAT(shown.out, HasSubstr("GM0917"));
  }
  const json shown = json::parse(Ask("log show 12 --format json").out);
  EXPECT_EQ(shown["index"], 12);
  EXPECT_EQ(shown["reviews"], json::array({14}));
  EXPECT_EQ(shown["sealed"]["answer"]["status"], "released");
}

TEST_F(SealedLogCliTest, OtherEntriesAreShownAsTheyAreAndRemovedOnesWithoutTheirPart) {
  Seal("review", R"({"action":"deny","reason":"\u001b[31mwhy"})");
  EXPECT_EQ(json::parse(Ask("log show 12 --format json").out)["sealed"]["action"], "deny");
  EXPECT_THAT(Ask("log show 12").out, AllOf(HasSubstr("action: deny"), Not(HasSubstr("\x1b"))));
  Seal("request", "");
  desk_.entry[0].mutable_head()->set_removed(true);
  EXPECT_TRUE(json::parse(Ask("log show 12 --format json").out)["sealed"].is_null());
  for (const char* type : {"request", "review"}) {
    Seal(type, "no message of ours \xff\xff");
    EXPECT_EQ(Ask("log show 12").exit, 2) << "what does not read is not shown";
  }
}

TEST_F(SealedLogCliTest, ATextOfSeveralLinesIsShownAsItWasWritten) {
  v1::SealedRequest sealed;
  sealed.set_query_text("SELECT wijk\nFROM \x1bpersoon");
  sealed.set_plan_canonical("population: Toy\nrows: one\n");
  Seal("request", sealed.SerializeAsString());
  const std::string shown = Ask("log show 12").out;
  EXPECT_THAT(shown, HasSubstr("\npublic:\n  kluis/entry/v1\n"));
  EXPECT_THAT(shown, HasSubstr("  query:\n    SELECT wijk\n    FROM \xEF\xBF\xBDpersoon\n"));
  EXPECT_THAT(shown, HasSubstr("  plan:\n    population: Toy\n    rows: one\n  plan_sha256"));
  Seal("open", json({{"checkpoint", "kluis.test\n1\nroot\n\n— sig\n"}}).dump());
  EXPECT_THAT(Ask("log show 12").out,
              HasSubstr("  checkpoint:\n    kluis.test\n    1\n    root\n\n    — sig\n"));
}

TEST_F(SealedLogCliTest, AWrongIndexIsSaidInWordsOfItsReader) {
  for (const std::string command : {"log show -1", "log show abc", "log replay abc", "log show 1.5",
                                    "log show 99999999999999999999", "log show 1 --cell abc"}) {
    const Result result = Ask(command);
    EXPECT_EQ(result.exit, 2) << command;
    EXPECT_THAT(result.err, AllOf(HasSubstr("they are numbered 0, 1, 2"), HasSubstr("hint: ")))
        << command;
    EXPECT_LT(result.err.size(), 300u) << result.err;
  }
}

TEST_F(SealedLogCliTest, WhatHoldsIsSaidAsJsonToo) {
  const json verified = json::parse(Ask("log verify --format json").out);
  EXPECT_EQ(verified["verified"], true);
  EXPECT_EQ(verified["origin"], "kluis.test");
  EXPECT_EQ(verified["entries"], 1);
  EXPECT_EQ(verified["trusted"], 1);
  const json checkpoint = json::parse(Ask("log checkpoint --format json").out);
  EXPECT_EQ(checkpoint["note"], Ask("log checkpoint").out);
  EXPECT_EQ(checkpoint["size"], 1);
  EXPECT_EQ(checkpoint["root"], verified["root"]);
  desk_.replay.set_ran(true), desk_.replay.set_same(false);
  desk_.replay.set_expected_sha256("aa"), desk_.replay.set_found_sha256("bb");
  desk_.replay.add_differences("build: another");
  const Result replay = Ask("log replay 12 --format json");
  EXPECT_EQ(replay.exit, 2) << "a different answer, in any format";
  EXPECT_EQ(json::parse(replay.out), json::parse(R"({"index": 12, "ran": true, "same": false,
      "expected_sha256": "aa", "found_sha256": "bb", "differences": ["build: another"]})"));
}

TEST_F(SealedLogCliTest, AnEntryIsWrittenForItsReaderAlone) {
  Seal("review", R"({"action":"claim"})");
  const std::string file = folder_ + "/entry.json";
  const Result written = Ask("log show 12 -o " + file);
  EXPECT_EQ(written.exit, 0) << written.err;
  EXPECT_THAT(written.out, IsEmpty());
  EXPECT_EQ(json::parse(Slurp(file))["sealed"]["action"], "claim");
  struct stat facts = {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_EQ(Ask("log show 12 -o /nowhere/entry.json").exit, 2);
}

TEST_F(SealedLogCliTest, OneCellIsShownOnlyWhenItsProofHolds) {
  const CellProof good = Cell();
  desk_.cell.set_json(FormatCellProof(good));
  const Result shown = Ask("log show 12 --cell 1");
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(Asked(), "GetCellProof index: 12 cell: 1");
  EXPECT_EQ(shown.out, desk_.cell.json());
  const std::string file = folder_ + "/cell.json";
  EXPECT_EQ(Ask("log show 12 --cell 1 -o " + file).exit, 0);
  EXPECT_EQ(Slurp(file), desk_.cell.json());
  const std::pair<const char*, std::function<void(CellProof*)>> changes[] = {
      {"another cell", [](CellProof* p) { p->cell = "first cell"; }},
      {"another salt", [](CellProof* p) { p->salt[0] ^= 1; }},
      {"another whole", [](CellProof* p) { p->part[0] ^= 1; }},
      {"another place", [](CellProof* p) { p->index = 0; }},
      {"another entry", [](CellProof* p) { p->entry[20] ^= 1; }},
      {"no path", [](CellProof* p) { p->path.clear(); }},
      {"another proof", [](CellProof* p) { p->proof[p->proof.size() / 2] ^= 1; }}};
  for (const auto& [name, change] : changes) {
    CellProof bad = good;
    change(&bad);
    desk_.cell.set_json(FormatCellProof(bad));
    const Result result = Ask("log show 12 --cell 1");
    EXPECT_EQ(result.exit, 2) << name;
    EXPECT_THAT(result.out, IsEmpty()) << name;
  }
}

TEST_F(SealedLogCliTest, AReplaySaysWhetherTheAnswerIsTheSame) {
  desk_.replay.set_ran(true), desk_.replay.set_same(true);
  desk_.replay.set_expected_sha256("aa"), desk_.replay.set_found_sha256("aa");
  Result result = Ask("log replay 12");
  EXPECT_EQ(result.exit, 0);
  EXPECT_EQ(result.out, "the same answer: log entry 12, sha256:aa\n");
  EXPECT_EQ(Asked(), "ReplayRequest index: 12");
  desk_.replay.set_same(false), desk_.replay.set_found_sha256("bb");
  result = Ask("log replay 12");
  EXPECT_EQ(result.exit, 2);
  EXPECT_EQ(result.err, "error: log entry 12 gives another answer: it was aa, now bb\n");
  desk_.replay.set_ran(false);
  desk_.replay.add_differences("the policy \x1b[31mis another");
  result = Ask("log replay 12");
  EXPECT_EQ(result.exit, 3) << "says nothing against the answer";
  EXPECT_THAT(result.err, AllOf(StartsWith("not as it was: the policy "), Not(HasSubstr("\x1b")),
                                HasSubstr("log entry 12 cannot be replayed")));
  EXPECT_THAT(result.out, IsEmpty());
  desk_.replay.clear_differences();
  desk_.replay.add_differences("refusal HELD_FOR_REVIEW: of that moment");
  result = Ask("log replay 12");
  EXPECT_EQ(result.exit, 3);
  EXPECT_THAT(result.err, StartsWith("no answer: the entry says that the request was held"));
}

TEST_F(SealedLogCliTest, EveryCommandEndsWithTheCodeOfTheFailure) {
  const std::vector<std::string> commands = {"log search",
                                             "log show 1",
                                             "log show 1 --cell 0",
                                             "log replay 1",
                                             "log checkpoint",
                                             "log verify",
                                             "log export " + folder_ + "/export"};
  for (const CallEnd& end : kCallEnds) {
    desk_.error = enclave_.error = grpc::Status(end.code, "the reason");
    for (const std::string& command : commands) {
      // An entry that is not there is a wrong index.
      const bool by_index = command.find(" 1") != std::string::npos;
      const bool wrong = by_index && end.code == grpc::StatusCode::NOT_FOUND;
      enclave_.log_error = by_index ? grpc::Status::OK : enclave_.error;
      const Result result = Ask(command);
      EXPECT_EQ(result.exit, wrong ? 2 : end.exit) << command << ", " << end.code;
      EXPECT_THAT(result.out, IsEmpty()) << command;
      EXPECT_EQ(result.err, "error: the reason\n") << command;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/export/checkpoint"));
}

TEST_F(SealedLogCliTest, WrongUseIsExit2AndNotSent) {
  std::ofstream(folder_ + "/file") << "no folder";
  for (const std::string command : {"log",
                                    "log burn",
                                    "log search 12",
                                    "log search --format csv",
                                    "log search --project",
                                    "log search --who \xE9",
                                    "log show",
                                    "log show x",
                                    "log show -1",
                                    "log show 1 2",
                                    "log show 1 --cell -1",
                                    "log show 1 --cell x",
                                    "log show 1 --format csv",
                                    "log replay",
                                    "log replay x",
                                    "log replay 1 --cell 1",
                                    "log replay 1 --format csv",
                                    "log verify --format csv",
                                    "log export x --format json",
                                    "log verify here",
                                    "log verify --from",
                                    "log verify --from /nowhere",
                                    "log verify --trust /nowhere",
                                    "log verify --since /nowhere",
                                    "log export",
                                    "log export a b",
                                    "log export a --as xml",
                                    "log checkpoint 12"}) {
    const Result result = Ask(command);
    EXPECT_EQ(result.exit, 2) << command;
    EXPECT_THAT(result.err, Not(IsEmpty())) << command;
    EXPECT_THAT(result.out, IsEmpty()) << command;
  }
  EXPECT_THAT(desk_.asked, IsEmpty());
  EXPECT_EQ(Ask("log export " + folder_ + "/file").exit, 2);
  EXPECT_EQ(Slurp(folder_ + "/file"), "no folder");
}

TEST_F(SealedLogCliTest, HelpOfEveryCommandHasAnExampleThatParses) {
  Seal("review", R"({"action":"claim"})");
  desk_.replay.set_ran(true), desk_.replay.set_same(true);
  for (const char* command : {"search", "show", "replay", "verify", "export", "checkpoint"}) {
    const Result help = Ask(absl::StrCat("log ", command, " --help"));
    EXPECT_EQ(help.exit, 0) << command;
    EXPECT_THAT(Ask("log --help").out, HasSubstr(command));
    std::string example = ExampleIn(help.out, absl::StrCat("kluis log ", command));
    if (command == std::string("export")) example = "log export " + folder_ + "/export";
    EXPECT_EQ(Ask(example).exit, 0) << example;
  }
}

}  // namespace
}  // namespace kluis
