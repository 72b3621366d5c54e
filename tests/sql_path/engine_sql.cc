#include "tests/sql_path/engine_sql.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/engine/axis_classes.h"
#include "server/engine/snapshots.h"
#include "server/engine/sql.h"

namespace kluis {
namespace {

constexpr size_t kSetsMax = 6;

void AddMeasures(const AggregationPlan& plan, const SqlWriter& writer,
                 std::vector<std::string>* sql) {
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const int measure = static_cast<int>(m);
    sql->push_back(writer.Shares("parts", measure));
    sql->push_back(writer.Levels(measure));
    sql->push_back(writer.Values(measure));
  }
}

bool IsWriterWord(const std::string& word) {
  static const std::set<std::string>& words = *new std::set<std::string>{
      "SELECT",   "FROM",    "AS",       "JOIN",    "LEFT",   "ON",     "AND",  "WHERE",   "GROUP",
      "BY",       "CASE",    "WHEN",     "THEN",    "ELSE",   "END",    "IS",   "NOT",     "NULL",
      "IN",       "BETWEEN", "DISTINCT", "LIMIT",   "FILTER", "CREATE", "OR",   "REPLACE", "TEMP",
      "TABLE",    "BIGINT",  "HUGEINT",  "INTEGER", "count",  "sum",    "max",  "abs",     "nullif",
      "coalesce", "unnest",  "false",    "true",    "rowid",  "fine",   "base", "tops",    "parts",
      "data",     "vals",    "min",      "f",       "k",        "kl",      "r",      "w",      "v",    "c",       "x"};
  return words.count(word) > 0;
}

// c0, top2, l3_1: letters of the writer's and numbers.
bool IsNumberedName(const std::string& word) {
  const size_t digits =
      std::find_if(word.begin(), word.end(), [](char c) { return absl::ascii_isdigit(c); }) -
      word.begin();
  const std::string letters = word.substr(0, digits);
  static const std::set<std::string>& known =
      *new std::set<std::string>{"t", "c", "m", "s", "n", "w", "l", "u", "top"};
  if (known.count(letters) == 0 || digits == word.size()) return false;
  const size_t bar = word.find('_', digits);
  if ((bar == std::string::npos) == (letters == "l")) return false;
  return std::all_of(
      word.begin() + static_cast<std::ptrdiff_t>(digits), word.end(), [&](const char& c) {
        return absl::ascii_isdigit(c) || &c == &word[bar == std::string::npos ? 0 : bar];
      });
}

bool IsWordByte(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The name that begins with a quote at `begin`, and where what follows begins.
std::string Quoted(const std::string& sql, size_t begin, size_t* end) {
  std::string name;
  for (size_t i = begin + 1; i < sql.size(); ++i) {
    if (sql[i] == '"' && (i + 1 == sql.size() || sql[i + 1] != '"')) {
      *end = i + 1;
      return name;
    }
    if (sql[i] == '"') ++i;
    name += sql[i];
  }
  *end = sql.size();
  return "\xff";  // without an end: no column's name
}

}  // namespace

std::vector<std::string> EngineSqlOf(const AggregationPlan& plan) {
  const std::vector<AxisClasses> classes = ClassesOf(plan);
  std::vector<std::string> schemas, sql;
  for (size_t i = 0; i < plan.sources.size(); ++i) schemas.push_back(SchemaAt(i));
  const SqlWriter writer(plan, classes, schemas, /*narrow=*/plan.table.keys.size() % 2 == 0);
  sql = writer.LookUpTables();
  sql.push_back(writer.UniqueContributors());
  sql.push_back(writer.PerRow());
  sql.push_back(writer.PerContributor(plan.contributor, true));
  sql.push_back(writer.PerClass("fine", true));
  for (const std::string& distinct : plan.distincts)
    sql.push_back(writer.PerContributor({distinct}, false));
  AddMeasures(plan, writer, &sql);
  for (size_t set = 0; set < std::min(plan.level_sets.size(), kSetsMax); ++set) {
    sql.push_back(writer.Coarser(plan.level_sets[set], true, &sql));
    const SqlWriter::Placing placing = writer.Place("vals", plan.level_sets[set], &sql);
    sql.push_back(placing.columns);
    sql.push_back(placing.joins);
  }
  return sql;
}

std::set<std::string> ColumnsOf(const AggregationPlan& plan, const CatalogueView& catalogue) {
  std::set<std::string> columns;
  for (const PlanSource& source : plan.sources) {
    for (const Variable& variable : catalogue.datasets.at(source.dataset).entry.variables) {
      if (variable.of.empty()) columns.insert(variable.name);
    }
  }
  return columns;
}

std::string ForeignIn(const std::string& sql, const std::set<std::string>& columns) {
  constexpr absl::string_view kOperators = "(),.=<>+-*:[]";
  for (size_t i = 0; i < sql.size();) {
    size_t end = i + 1;
    if (sql[i] == ' ') {
      i = end;
      continue;
    }
    if (sql[i] == '"') {
      if (columns.count(Quoted(sql, i, &end)) == 0) return sql.substr(i, end - i);
    } else if (IsWordByte(sql[i])) {
      while (end < sql.size() && IsWordByte(sql[end])) ++end;
      const std::string word = sql.substr(i, end - i);
      const bool number =
          std::all_of(word.begin(), word.end(), [](char c) { return absl::ascii_isdigit(c); });
      if (!number && !IsWriterWord(word) && !IsNumberedName(word)) return word;
    } else if (kOperators.find(sql[i]) == absl::string_view::npos ||
               (sql[i] == '-' && sql[end] == '-')) {
      return sql.substr(i, 20);
    }
    i = end;
  }
  return "";
}

}  // namespace kluis
