// Damaged files of tau-ARGUS: never a crash, every mistake at a place in the file, and what is
// accepted reads the same after it is written. KLUIS_FUZZ_RUNS=1000000 is the long loop of
// script/fuzz.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/argus/apriori.h"
#include "disclosure/argus/jj.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/argus/table_file.h"
#include "tests/disclosure/argus/argus_files.h"
#include "tests/fakes/mutator.h"

namespace kluis {
namespace {

constexpr int kQuickRuns = 4000;

void CheckPlaces(const std::vector<Diagnostic>& diagnostics, const std::string& text) {
  FormatDiagnostics(diagnostics);
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  for (const Diagnostic& d : diagnostics) {
    ASSERT_LE(d.line, lines) << FormatDiagnostic(d) << text;
    ASSERT_TRUE(d.line == 0 || d.column >= 1) << FormatDiagnostic(d) << text;
    ASSERT_FALSE(d.message.empty());
  }
}

// `check` reads a text and gives whether it is accepted.
void Fuzz(const std::vector<std::string>& valid, const std::vector<std::string>& words,
          const std::function<bool(const std::string&)>& check) {
  for (const std::string& text : valid) ASSERT_TRUE(check(text)) << text;
  Mutator mutator(FuzzSeed(), words);
  const int runs = FuzzRuns(kQuickRuns);
  int accepted = 0;
  for (int run = 0; run < runs && !testing::Test::HasFailure(); ++run) {
    accepted += check(mutator.Damage(valid[mutator.Below(valid.size())]));
  }
  std::cout << runs << " damaged texts, " << accepted << " accepted\n";
}

template <typename T>
bool CheckReadsBack(const std::string& text, const Parsed<T>& parsed,
                    const std::function<std::string(const T&)>& write,
                    const std::function<Parsed<T>(const std::string&)>& parse) {
  CheckPlaces(parsed.diagnostics, text);
  if (!parsed.ok()) return false;
  const std::string written = write(parsed.value);
  const Parsed<T> again = parse(written);
  EXPECT_TRUE(again.ok()) << text << "\n" << written << FormatDiagnostics(again.diagnostics);
  EXPECT_EQ(write(again.value), written) << text;
  return true;
}

TEST(ArgusFuzzTest, Rda) {
  const auto parse = [](const std::string& text) { return ParseRda(text, "f"); };
  Fuzz({kFixedRda, kFreeRda, kTableRda},
       {"<RECODEABLE>", "<NUMERIC>", "<SHADOW>", "<HIERARCHICAL>", "<HIERLEVELS> 3 1 1",
        "<SEPARATOR>", "<TOTCODE> \"T\"", "<STATUS>", "<WEIGHT>", "<", ">", "<CKM>", "<SPSS>"},
       [&](const std::string& text) {
         return CheckReadsBack<ArgusMetadata>(text, parse(text), WriteRda, parse);
       });
}

TEST(ArgusFuzzTest, Hrc) {
  const auto parse = [](const std::string& text) { return ParseHrc(text, "f", "@"); };
  Fuzz({kRegionHrc, "A\n@B\n@@C\n@@@D\nE\n@ F g\n"}, {"@", "@@", "_T", "_U", "\n@"},
       [&](const std::string& text) {
         const auto parsed = parse(text);
         for (size_t i = 0; i < parsed.value.codes.size(); ++i) {
           EXPECT_LT(parsed.value.codes[i].parent, static_cast<int>(i)) << text;
         }
         return CheckReadsBack<CodeList>(
             text, parsed, [](const CodeList& list) { return WriteHrc(list, "@"); }, parse);
       });
}

TEST(ArgusFuzzTest, Cdl) {
  Fuzz({kRegionCdl}, {",", "\"\""}, [](const std::string& text) {
    const auto parsed = ParseCdl(text, "f");
    CheckPlaces(parsed.diagnostics, text);
    return parsed.ok();
  });
}

TEST(ArgusFuzzTest, Hst) {
  const auto parse = [](const std::string& text) {
    return ParseHst(text, "f", {.dimensions = 2, .separator = ';'});
  };
  Fuzz({kHst}, {";", ";u", ";pl;1;2", ";c;", ";ab;", ",", "1e3"}, [&](const std::string& text) {
    CheckPlaces(ParseHst(text, "f", {.dimensions = 2}).diagnostics, text);
    const auto parsed = parse(text);
    const auto quoted = [](const auto& line) {
      return absl::StrContains(absl::StrJoin(line.codes, ""), "\"");
    };
    if (std::any_of(parsed.value.begin(), parsed.value.end(), quoted)) return false;
    return CheckReadsBack<std::vector<AprioriLine>>(
        text, parsed, [](const auto& lines) { return WriteHst(lines, ';'); }, parse);
  });
}

TEST(ArgusFuzzTest, Jj) {
  const auto parse = [](const std::string& text) { return ParseJj(text, "f"); };
  Fuzz({kJj, "0\n2\n7 1e2 1 z 0 1e3 0 0 0\n3 -5 1 s -9.5 0 0 0 0\n1\n95 2 : 3 (1) 7 (1)\n"},
       {"(", ")", ":", "(-1)", "1e5", ".5", "s", "u", "m", "z", "0.000001", "2147483648"},
       [&](const std::string& text) {
         CheckPlaces(ParseJj(text, "f", {.must_add_up = false}).diagnostics, text);
         return CheckReadsBack<JjTable>(text, parse(text), WriteJj, parse);
       });
}

TEST(ArgusFuzzTest, Table) {
  const ArgusMetadata metadata = Good(ParseRda(kTableRda, "f"));
  const auto codes = Good(ReadCodeFiles(metadata, "f", ReadSmallFile));
  Fuzz({kTableText}, {";", ",", "S", "U", "\"Total\"", "\" 1\"", "0,01", "-5"},
       [&](const std::string& text) {
         CheckPlaces(ReadArgusTable(metadata, codes, text, "f").diagnostics, text);
         const auto parsed = ReadArgusTable(metadata, codes, text, "f", {.must_add_up = false});
         CheckPlaces(parsed.diagnostics, text);
         return parsed.ok();
       });
}

// Every line of the CSV has the fields of the header, and pieces do not matter.
bool CheckRecords(const ArgusMetadata& metadata, const std::string& text, size_t piece) {
  RecordConverter whole(metadata, "f"), pieces(metadata, "f");
  std::string csv, csv_of_pieces;
  whole.Add(text, &csv);
  whole.Finish(&csv);
  for (size_t i = 0; i < text.size(); i += piece) {
    pieces.Add(absl::string_view(text).substr(i, piece), &csv_of_pieces);
  }
  pieces.Finish(&csv_of_pieces);
  EXPECT_EQ(csv, csv_of_pieces) << text;
  CheckPlaces(whole.diagnostics(), text);
  const auto commas = [](absl::string_view line) {
    bool quoted = false;
    int count = 0;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      count += c == ',' && !quoted;
    }
    return count;
  };
  for (absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    EXPECT_EQ(commas(line), commas(whole.header())) << text;
  }
  return whole.diagnostics().empty();
}

TEST(ArgusFuzzTest, FixedWidthRecords) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const std::string rest(61, ' ');
  Mutator sizes(1, {});
  Fuzz({"84 34100 8  9  2.2     9272     28.26" + rest +
        "0\n85 3410 99 10 9999999999999      -1.5" + rest + "1\n"},
       {"   ", "99999", "."},
       [&](const std::string& text) { return CheckRecords(metadata, text, 1 + sizes.Below(50)); });
}

TEST(ArgusFuzzTest, SeparatedRecordsAndTheirDescription) {
  const ArgusMetadata metadata = Good(ParseRda(kFreeRda, "f"));
  const std::vector<ArgusCodes> codes(metadata.variables.size());
  Mutator sizes(1, {});
  Fuzz({"m;\" 12\";h,1;1234,5;a\n\"v\";7;-;x;\"b\"\nm;8;\"\";-,50;\n"}, {";", ",", "x", "1,5"},
       [&](const std::string& text) {
         if (!CheckRecords(metadata, text, 1 + sizes.Below(50))) return false;
         RecordConverter converter(metadata, "f");
         std::string csv;
         converter.Add(text, &csv);
         converter.Finish(&csv);
         const auto made = DescribeMicrodata(metadata, codes, converter.seen(), "f",
                                             {.dataset = "d", .source_file = "d.csv"});
         FormatDiagnostics(made.diagnostics);
         return made.ok();
       });
}

}  // namespace
}  // namespace kluis
