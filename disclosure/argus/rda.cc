#include "disclosure/argus/rda.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/argus/rda_parts.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr TextLimits kLimits = {.bytes = size_t{1} << 20, .line_bytes = 10'000};
constexpr size_t kVariablesMax = 1000;
constexpr size_t kMissingMax = 2;
constexpr size_t kRequestCodesMax = 2;
constexpr size_t kLevelsMax = 10;
constexpr size_t kDistancesMax = 5;
constexpr int kStartMax = 1'000'000;
constexpr int kWidthMax = 1000;
constexpr int kDecimalsMax = 9;
constexpr char kDefaultTableSeparator = ';';

using Words = std::vector<Word>;

// One line after the other; a member function for each kind of keyword.
class RdaParser {
 public:
  RdaParser(bool table, DiagnosticSink* sink) : sink_(sink) {
    metadata_.table = table;
    if (table) metadata_.separator = kDefaultTableSeparator;
  }

  ArgusMetadata Parse(const std::vector<RdaLine>& lines) {
    for (const RdaLine& line : lines) {
      if (sink_->full()) break;
      line_ = line.number;
      if (IsRdaKeyword(line.words[0])) {
        ReadKeyword(line.words);
      } else {
        ReadVariable(line.words);
      }
    }
    CheckRda(metadata_, hierarchical_, sink_);
    return std::move(metadata_);
  }

 private:
  using Handler = void (RdaParser::*)(const Words&);

  static const std::map<std::string, Handler>& Handlers() {
    static const auto& handlers = *new std::map<std::string, Handler>{
        {"<SEPARATOR>", &RdaParser::ReadSeparator},
        {"<SPSS>", &RdaParser::RefuseSpss},
        {"<SAFE>", &RdaParser::ReadStatusCode},
        {"<UNSAFE>", &RdaParser::ReadStatusCode},
        {"<PROTECT>", &RdaParser::ReadStatusCode},
        {"<RECODEABLE>", &RdaParser::ReadRecodeable},
        {"<RECODABLE>", &RdaParser::ReadRecodeable},
        {"<TOTCODE>", &RdaParser::ReadText},
        {"<CODELIST>", &RdaParser::ReadText},
        {"<HIERCODELIST>", &RdaParser::ReadText},
        {"<HIERLEADSTRING>", &RdaParser::ReadText},
        {"<HIERARCHICAL>", &RdaParser::ReadHierarchical},
        {"<HIERLEVELS>", &RdaParser::ReadLevels},
        {"<DISTANCE>", &RdaParser::ReadDistance},
        {"<NUMERIC>", &RdaParser::ReadNumeric},
        {"<DECIMALS>", &RdaParser::ReadDecimals},
        {"<WEIGHT>", &RdaParser::ReadMicroRole},
        {"<HOLDING>", &RdaParser::ReadMicroRole},
        {"<REQUEST>", &RdaParser::ReadRequest},
        {"<TRUNCABLE>", &RdaParser::ReadTruncable},
        {"<FREQUENCY>", &RdaParser::ReadTableRole},
        {"<MAXSCORE>", &RdaParser::ReadTableRole},
        {"<STATUS>", &RdaParser::ReadTableRole},
        {"<SHADOW>", &RdaParser::ReadTableRole},
        {"<COST>", &RdaParser::ReadTableRole},
        {"<COSTVAR>", &RdaParser::ReadTableRole},
        {"<LOWERPL>", &RdaParser::ReadTableRole},
        {"<LOWERLEVEL>", &RdaParser::ReadTableRole},
        {"<UPPERPL>", &RdaParser::ReadTableRole},
        {"<UPPERLEVEL>", &RdaParser::ReadTableRole},
    };
    return handlers;
  }

  static bool OfTheFile(const std::string& keyword) {
    return keyword == "<SEPARATOR>" || keyword == "<SPSS>" || keyword == "<SAFE>" ||
           keyword == "<UNSAFE>" || keyword == "<PROTECT>";
  }

  void Error(const Word& at, const std::string& message, const std::string& hint = "") {
    sink_->Add(line_, at.column, message, hint);
  }

  void ReadKeyword(const Words& words) {
    const std::string& keyword = words[0].text;
    const auto handler = Handlers().find(keyword);
    if (IsCellKeyKeyword(keyword)) {
      Error(words[0], absl::StrCat(keyword, " asks for cell-key noise, which is not available"),
            "remove it to protect the table by suppression");
    } else if (handler == Handlers().end()) {
      Error(words[0], absl::StrCat("unknown keyword ", keyword), NearKeyword(keyword));
    } else if (!OfTheFile(keyword) && metadata_.variables.empty()) {
      Error(words[0], absl::StrCat(keyword, " belongs to a variable, but none is named before it"),
            metadata_.table ? "write: name" : "write: name start width");
    } else if (!metadata_.table && IsRdaTableKeyword(keyword)) {
      Error(words[0], absl::StrCat(keyword, " is for tables, and this file describes microdata"));
    } else {
      (this->*handler->second)(words);
    }
  }

  static std::string NearKeyword(const std::string& keyword) {
    std::vector<std::string> known;
    for (const auto& [name, handler] : Handlers()) known.push_back(name);
    const std::string hint = NearestHint(keyword, known);
    return hint.empty() && !absl::EndsWith(keyword, ">") ? "a keyword ends in '>'" : hint;
  }

  ArgusVariable& Last() { return metadata_.variables.back(); }

  // Exactly `count` words after the keyword.
  bool Arguments(const Words& words, size_t least, size_t most) {
    if (words.size() > most + 1) {
      Error(words[most + 1], absl::StrCat("nothing may follow ", words[most].text),
            IsRdaKeyword(words[most + 1]) ? "begin a new line" : "");
      return false;
    }
    if (words.size() < least + 1) {
      Error(words[0], absl::StrCat(words[0].text, " needs ",
                                   least == 1 ? "a value" : absl::StrCat(least, " values")));
      return false;
    }
    return true;
  }

  bool Whole(const Word& word, const std::string& what, int least, int most, int* out) {
    int value = 0;
    if (word.text.size() <= 9 && word.text.find_first_not_of("0123456789") == std::string::npos &&
        absl::SimpleAtoi(word.text, &value) && value >= least && value <= most) {
      *out = value;
      return true;
    }
    Error(word, absl::StrCat(what, " must be a whole number of ", least, " to ", most, ", not '",
                             word.text.substr(0, 40), "'"));
    return false;
  }

  void SetRole(const Word& at, ArgusRole role) {
    ArgusVariable& variable = Last();
    if (variable.role != ArgusRole::kNone && variable.role != role) {
      Error(at, absl::StrCat(at.text, " contradicts an earlier keyword of ", variable.name),
            "a variable has one meaning");
      return;
    }
    variable.role = role;
  }

  // Categorical and numeric together are allowed in microdata.
  void SetEither(const Word& at, ArgusRole role, ArgusRole other) {
    ArgusVariable& variable = Last();
    if (!metadata_.table &&
        (variable.role == other || variable.role == ArgusRole::kCategoricalResponse)) {
      variable.role = ArgusRole::kCategoricalResponse;
    } else {
      SetRole(at, role);
    }
  }

  // name [start] [width] [missing [missing]]
  void ReadVariable(const Words& words) {
    if (metadata_.variables.size() >= kVariablesMax) {
      Error(words[0], absl::StrCat("more than ", kVariablesMax, " variables"));
      return;
    }
    metadata_.variables.emplace_back();
    ArgusVariable& variable = Last();
    variable.name = words[0].text;
    variable.line = line_;
    CheckName(words[0]);
    size_t next = 1;
    const bool starts = !metadata_.table && metadata_.fixed();
    if (starts && !Place(words, next++, "start", kStartMax, &variable.start)) return;
    if (!metadata_.table && !Place(words, next++, "width", kWidthMax, &variable.width)) return;
    for (; next < words.size(); ++next) AddMissing(words[next], &variable);
  }

  void CheckName(const Word& word) {
    if (word.text.empty()) Error(word, "the name of a variable is empty");
    for (size_t i = 0; i + 1 < metadata_.variables.size(); ++i) {
      const ArgusVariable& other = metadata_.variables[i];
      if (!absl::EqualsIgnoreCase(other.name, word.text)) continue;
      Error(word, absl::StrCat("variable '", word.text, "' is described twice, first at line ",
                               other.line));
      return;
    }
  }

  bool Place(const Words& words, size_t i, const std::string& what, int most, int* out) {
    if (i < words.size()) return Whole(words[i], absl::StrCat("the ", what), 1, most, out);
    Error(words.back(), absl::StrCat("the ", what, " of ", words[0].text, " is missing"),
          metadata_.fixed() ? "write: name start width; or begin the file with <SEPARATOR> \";\""
                            : "write: name width");
    return false;
  }

  void AddMissing(const Word& word, ArgusVariable* variable) {
    const std::string value(absl::StripAsciiWhitespace(word.text));
    if (value.empty()) return;
    if (IsRdaKeyword(word)) {
      Error(word, absl::StrCat(word.text, " must stand on a line of its own"));
    } else if (variable->missing.size() >= kMissingMax) {
      Error(word, absl::StrCat("a variable has at most ", kMissingMax, " missing values"));
    } else if (variable->width > 0 && value.size() > static_cast<size_t>(variable->width)) {
      Error(word, absl::StrCat("missing value '", value.substr(0, 40),
                               "' is longer than the width, ", variable->width));
    } else {
      variable->missing.push_back(value);
    }
  }

  void ReadSeparator(const Words& words) {
    if (!Arguments(words, 1, 1)) return;
    const std::string& text = words[1].text;
    if (!metadata_.variables.empty()) {
      Error(words[0], "<SEPARATOR> must stand before the first variable");
    } else if (text.size() != 1 || absl::ascii_isalnum(text[0]) || !absl::ascii_isgraph(text[0]) ||
               absl::StrContains("\"-+._", text)) {
      Error(words[1], "the separator must be one character that no field has",
            "write <SEPARATOR> \";\"");
    } else {
      metadata_.separator = text[0];
    }
  }

  void RefuseSpss(const Words& words) {
    Error(words[0], "<SPSS> names a system file of SPSS, which cannot be read",
          "save the data as text, with <SEPARATOR> \";\" or with columns of fixed width");
  }

  void ReadStatusCode(const Words& words) {
    if (!Arguments(words, 1, 1)) return;
    if (words[1].text.empty() || words[1].text.size() > 20) {
      Error(words[1], "a status must have 1 to 20 characters");
      return;
    }
    (words[0].text == "<SAFE>"     ? metadata_.safe
     : words[0].text == "<UNSAFE>" ? metadata_.unsafe
                                   : metadata_.protect) = words[1].text;
  }

  void ReadRecodeable(const Words& words) {
    if (Arguments(words, 0, 0)) {
      SetEither(words[0], ArgusRole::kCategorical, ArgusRole::kResponse);
    }
  }

  void ReadText(const Words& words) {
    if (!Arguments(words, 1, 1)) return;
    const std::string& keyword = words[0].text;
    std::string text = words[1].text;
    if (keyword == "<TOTCODE>") absl::StripAsciiWhitespace(&text);
    if (text.empty()) {
      Error(words[1], absl::StrCat("the value of ", keyword, " is empty"));
      return;
    }
    ArgusVariable& variable = Last();
    (keyword == "<TOTCODE>"        ? variable.total_code
     : keyword == "<CODELIST>"     ? variable.code_list
     : keyword == "<HIERCODELIST>" ? variable.hierarchy
                                   : variable.lead) = text;
  }

  void ReadHierarchical(const Words& words) {
    if (Arguments(words, 0, 0)) hierarchical_.insert(Last().name);
  }

  void ReadLevels(const Words& words) {
    ArgusVariable& variable = Last();
    if (!Arguments(words, 1, kLevelsMax)) return;
    std::vector<int> levels(words.size() - 1);
    for (size_t i = 1; i < words.size(); ++i) {
      if (!Whole(words[i], "the digits of a level", 0, kWidthMax, &levels[i - 1])) return;
    }
    const int sum = std::accumulate(levels.begin(), levels.end(), 0);
    if (levels[0] == 0) {
      Error(words[1], "the first level needs at least one digit");
    } else if (variable.width > 0 && sum != variable.width) {
      Error(words[1], absl::StrCat("the levels of ", variable.name, " have ", sum,
                                   " digits together, but its width is ", variable.width));
    } else {
      variable.levels = std::move(levels);
    }
  }

  void ReadDistance(const Words& words) {
    if (!Arguments(words, 1, kDistancesMax)) return;
    Last().distance.assign(words.size() - 1, 0);
    for (size_t i = 1; i < words.size(); ++i) {
      if (!Whole(words[i], "a distance", 0, 1'000'000, &Last().distance[i - 1])) return;
    }
  }

  // <NUMERIC>, or in a table <NUMERIC> <SHADOW> and the like.
  void ReadNumeric(const Words& words) {
    if (words.size() == 2 && IsRdaKeyword(words[1])) {
      const auto role = RdaTableRoles().find(words[1].text);
      if (metadata_.table && role != RdaTableRoles().end()) {
        SetRole(words[1], role->second);
        return;
      }
      Error(words[1], absl::StrCat(words[1].text, " may not follow <NUMERIC>"),
            TableHint(words[1].text));
      return;
    }
    if (Arguments(words, 0, 0)) {
      SetEither(words[0], ArgusRole::kResponse, ArgusRole::kCategorical);
    }
  }

  std::string TableHint(const std::string& keyword) const {
    if (!metadata_.table) return "begin a new line";
    return NearestOrListHint(keyword,
                             {"<SHADOW>", "<COST>", "<COSTVAR>", "<LOWERPL>", "<UPPERPL>"});
  }

  void ReadDecimals(const Words& words) {
    if (Arguments(words, 1, 1)) {
      Whole(words[1], "<DECIMALS>", 0, kDecimalsMax, &Last().decimals);
    }
  }

  void ReadMicroRole(const Words& words) {
    if (metadata_.table) {
      Error(words[0], absl::StrCat(words[0].text, " is for microdata, and this is a table"));
    } else if (Arguments(words, 0, 0)) {
      SetRole(words[0], words[0].text == "<WEIGHT>" ? ArgusRole::kWeight : ArgusRole::kHolding);
    }
  }

  void ReadRequest(const Words& words) {
    if (metadata_.table) {
      Error(words[0], "<REQUEST> is for microdata, and this is a table");
      return;
    }
    if (!Arguments(words, 1, kRequestCodesMax)) return;
    SetRole(words[0], ArgusRole::kRequest);
    Last().request_codes.clear();
    for (size_t i = 1; i < words.size(); ++i) {
      const std::string code(absl::StripAsciiWhitespace(words[i].text));
      if (code.empty() && i == 1) Error(words[i], "the first request code is empty");
      if (!code.empty()) Last().request_codes.push_back(code);
    }
  }

  void ReadTruncable(const Words& words) {
    if (Arguments(words, 0, 0)) Last().truncable = true;
  }

  void ReadTableRole(const Words& words) {
    if (Arguments(words, 0, 0)) SetRole(words[0], RdaTableRoles().at(words[0].text));
  }

  DiagnosticSink* sink_;
  ArgusMetadata metadata_;
  int line_ = 0;
  std::set<std::string> hierarchical_;
};

}  // namespace

Parsed<ArgusMetadata> ParseRda(absl::string_view text, absl::string_view file_name, RdaKind kind) {
  SourceText source(text, file_name, kLimits);
  const std::vector<RdaLine> lines = ReadRdaLines(&source);
  const bool table = kind == RdaKind::kTable || (kind == RdaKind::kDetect && LooksLikeTable(lines));
  Parsed<ArgusMetadata> parsed;
  if (source.sink()->empty() || !lines.empty()) {
    parsed.value = RdaParser(table, source.sink()).Parse(lines);
  }
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

}  // namespace kluis
