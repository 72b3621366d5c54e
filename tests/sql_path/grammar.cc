#include "tests/sql_path/grammar.h"

#include <cctype>
#include <map>
#include <vector>

#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr size_t kSentenceBytesMax = 8 << 10;

using Grammar = std::map<std::string, std::vector<std::string>>;

// The language over the small world. The first alternatives have no name in them.
const Grammar& Language() {
  static const Grammar& grammar = *new Grammar{
      {"query",
       {"SELECT COUNT(*) FROM persoon", "SELECT <columns> FROM persoon p <where> <order>",
        "SELECT <dim>, <stats> FROM persoon p <where> GROUP BY 1 <order>",
        "SELECT <dim> AS a, <dim> AS b, <stats> FROM persoon p <where> GROUP BY <positions> "
        "<order>",
        "SELECT <dim> AS a, <dim> AS b, <stats> FROM persoon p <where> GROUP BY <cube> <order>",
        "SELECT <hdim> AS a, <dim> AS b, <hstats> FROM persoon p <join> <hwhere> GROUP BY <cube> "
        "<order>",
        "SELECT <hdim>, <hstats> FROM persoon p <join> <hwhere> GROUP BY 1",
        "SELECT <hstats> FROM persoon p <join> <hwhere>",
        "SELECT <dims>, <stats> FROM persoon <where> GROUP BY <grouped> <order>"}},
      {"positions", {"1, 2", "a, b", "2, a"}},
      {"hdim", {"h.type", "h.geslacht", "type", "<dim>", "<hcase>"}},
      {"hcase",
       {"CASE WHEN h.type = 'een' THEN 'x' ELSE 'y' END",
        "CASE WHEN h.type IN ('_U', 'twee') THEN <class> ELSE <class> END"}},
      {"hstats",
       {"COUNT(*)", "<stats>", "SHARE(h.type = 'een') AS e, <stats>",
        "COUNT(*) FILTER (WHERE type <> '_U' AND <cond>) AS f, <stats>", "SUM(h.vermogen)"}},
      {"hwhere",
       {"", "", "<where>", "WHERE h.type = 'een'", "WHERE <conds> AND h.geslacht <> <code>"}},
      {"columns", {"COUNT(*)", "<stat>", "<stat> AS n1, <stat> AS n2", "<stats>"}},
      {"dims", {"geslacht", "<dim>", "<dim>, <dim>", "<dim> AS a, <dim> AS b"}},
      {"grouped",
       {"1", "1, 2", "<dim>", "<dim>, <dim>", "ROLLUP (<dim>, <dim>)", "CUBE (1, 2)", "<cube>",
        "a, b", "<cube>, <cube>"}},
      {"cube",
       {"ROLLUP (1, 2)", "CUBE (1, 2)", "GROUPING SETS ((1), (1, 2), ())", "ROLLUP ((1, 2))",
        "GROUPING SETS (ROLLUP (1), CUBE (2, 1))", "CUBE (<dim>, 2)", "ROLLUP (1), CUBE (2)",
        "GROUPING SETS ((<dim>, 2), <dim>, ())"}},
      {"dim",
       {"geslacht", "buurt", "wijk", "gemeente", "herkomst", "schuld", "leeftijd", "score",
        "LEVEL(buurt, <level>)", "BAND(leeftijd, <width>)", "BAND(leeftijd, 3)", "<case>",
        "p.buurt"}},
      {"level", {"'wijk'", "'gemeente'", "'buurt'", "'wijk'", "'gemeente'", "'straat'"}},
      {"width", {"2", "3", "4", "5", "0"}},
      {"case",
       {"CASE WHEN geslacht = 'M' THEN 'a' ELSE 'b' END",
        "CASE WHEN <cond> THEN <class> ELSE <class> END",
        "CASE WHEN <cond> THEN <class> WHEN <cond> THEN <class> ELSE <class> END",
        "CASE <dim> WHEN <code> THEN <class> WHEN <code> THEN <class> ELSE <class> END"}},
      {"class", {"'x'", "'y'", "'rest'", "'_T'", "''", "'een ''naam'''"}},
      {"stats",
       {"COUNT(*)", "<stat>", "<stat>, <stat>", "<stat> AS n1, <stat> AS n2",
        "COUNT(*) AS n, <stat> AS x, <stat> AS y"}},
      {"stat",
       {"COUNT(*)", "COUNT(DISTINCT hh)", "COUNT(DISTINCT rin)", "SUM(inkomen)", "AVG(inkomen)",
        "MEDIAN(inkomen)", "PERCENTILE(inkomen, 25)", "STDDEV(inkomen)", "VARIANCE(inkomen)",
        "GINI(inkomen)", "RATIO(SUM(inkomen), SUM(inkomen))", "SHARE(<conds>)",
        "COUNT(*) FILTER (WHERE <conds>)", "SUM(inkomen) FILTER (WHERE <conds>)",
        "AVG(inkomen) FILTER (WHERE <conds>)", "SUM(geheim)", "SUM(h.vermogen)",
        "RATIO(SUM(inkomen), SUM(inkomen)) FILTER (WHERE <conds>)"}},
      {"where", {"", "", "WHERE <conds>", "WHERE <conds>"}},
      {"conds", {"geslacht = 'V'", "<cond>", "<cond> AND <cond>", "<cond> AND <conds>"}},
      {"cond",
       {"geslacht = 'V'", "<dim> = <code>", "<dim> <> <code>", "<dim> IN (<code>, <code>)",
        "herkomst NOT IN ('NL', '_U')", "(wijk = 'W1' OR wijk = 'W2')", "gemeente = 'G1'",
        "geslacht <> 'M'", "schuld <> 'nee'", "BAND(leeftijd, 3) = '2-5'",
        "leeftijd <comp> <number>", "<number> <comp> leeftijd",
        "leeftijd BETWEEN <number> AND <number>", "(<dim> = <code> OR <dim> = <code>)",
        "herkomst = 'NL'", "schuld = 'ja'", "wijk IN ('W1', 'W3')", "buurt <> 'B1'",
        "NOT (<cond>)"}},
      {"comp", {"<", "<=", ">", ">=", "=", "<>"}},
      {"code",
       {"'M'", "'V'", "'NL'", "'EU'", "'_U'", "'_T'", "'ja'", "'nee'", "'W1'", "'B2'", "'G1'",
        "'een'", "3", "'2-4'", "'<2'", "'>=8'"}},
      {"number", {"0", "2", "3", "8", "9", "-1", "+4", "99999999999999999999", "1.5"}},
      {"join",
       {"", "JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh",
        "LEFT JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh",
        "JOIN huishouden h USING (hhs, hh)", "LEFT JOIN vordering h ON p.hh = h.hh"}},
      {"order",
       {"", "", "ORDER BY 1", "ORDER BY 2 DESC, 1", "ORDER BY n1 DESC LIMIT 3", "LIMIT <number>",
        "ORDER BY a", "ORDER BY n1 LIMIT <number>"}},
  };
  return grammar;
}

// PostgreSQL's grammar, as far as one statement goes.
const Grammar& Postgres() {
  static const Grammar& grammar = *new Grammar{
      {"statement",
       {"SELECT 1",
        "<select>",
        "<select>",
        "<select>",
        "<select>",
        "WITH <ctes> <select>",
        "<select> <setop> <select>",
        "INSERT INTO <name> <select>",
        "EXPLAIN (ANALYZE) <select>",
        "UPDATE <name> SET <column> = <expr> WHERE <expr> RETURNING *",
        "DELETE FROM <name> USING <table> WHERE <expr>",
        "COPY (<select>) TO <string>",
        "CREATE TABLE <name> AS <select>",
        "CREATE VIEW <name> AS <select>",
        "VALUES (<exprs>)",
        "PREPARE <name> AS <select>",
        "DO <string>",
        "SET <name> = <string>",
        "<select>; <select>",
        "DECLARE <name> CURSOR FOR <select>",
        "(<select>)",
        "TABLE <name>",
        "CREATE FUNCTION <name>(<type>) RETURNS <type> LANGUAGE sql AS <string>",
        "MERGE INTO <name> USING <table> ON <expr> WHEN MATCHED THEN DELETE",
        "CALL <name>(<exprs>)",
        "CREATE TABLESPACE <name> LOCATION <string>",
        "ALTER TABLE <name> ADD COLUMN <column> <type> DEFAULT <expr>",
        "BEGIN",
        "LOAD <string>"}},
      {"ctes",
       {"a AS (SELECT 1)", "<name> AS (<select>)", "<name>(<column>) AS MATERIALIZED (<select>)",
        "RECURSIVE <name> AS (<select> UNION ALL <select>)"}},
      {"setop", {"UNION", "UNION ALL", "INTERSECT", "EXCEPT"}},
      {"select",
       {"SELECT 1", "SELECT <items> FROM <table>", "SELECT <items> FROM <table> WHERE <expr>",
        "SELECT <items> FROM <table> WHERE <expr> GROUP BY <group>",
        "SELECT <items> FROM <table> GROUP BY <group> HAVING <expr>",
        "SELECT DISTINCT <items> FROM <table> ORDER BY <sort>",
        "SELECT DISTINCT ON (<exprs>) <items> FROM <table>", "SELECT ALL <items> FROM <table>",
        "SELECT <items> FROM <table> LIMIT <expr> OFFSET <expr>",
        "SELECT <items> INTO <name> FROM <table>", "SELECT <items> FROM <table> FOR UPDATE",
        "SELECT <items> FROM <table> ORDER BY <sort> FETCH FIRST 3 ROWS WITH TIES",
        "SELECT <items> FROM <table> WINDOW <column> AS (<over>)", "<query>", "<query>"}},
      {"items", {"*", "<item>", "<item>, <item>", "<item>, <items>"}},
      {"item",
       {"*", "<expr>", "<expr> AS <column>", "<expr> <column>", "<name>.*", "<stat>", "<dim>"}},
      {"table",
       {"persoon", "<name>", "<name> AS <column>", "<name> <column> (<column>, <column>)",
        "<table>, <table>", "<table> <jointype> <table> ON <expr>", "<table> NATURAL JOIN <table>",
        "<table> CROSS JOIN <table>", "(<select>) AS <column>", "LATERAL (<select>) <column>",
        "<function> AS <column>", "<name> TABLESAMPLE SYSTEM (<expr>)", "ONLY <name>",
        "<table> JOIN <table> USING (<column>)", "ROWS FROM (<function>) WITH ORDINALITY",
        "(<table> JOIN <name> ON <expr>) AS <column>", "<name>.<name>.<name>",
        "(VALUES (<exprs>)) AS <column>(<column>)"}},
      {"jointype", {"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL OUTER JOIN", "INNER JOIN"}},
      {"group",
       {"1", "<exprs>", "ROLLUP (<exprs>)", "CUBE (<exprs>)", "GROUPING SETS (<group>, ())",
        "<group>, <group>", "DISTINCT <group>", "ALL <group>", "()", "ROLLUP (<exprs>), <expr>"}},
      {"sort",
       {"1", "<expr>", "<expr> DESC", "<expr> ASC NULLS FIRST", "<expr> USING <", "<sort>, <sort>",
        "<expr> NULLS LAST"}},
      {"exprs", {"1", "<expr>", "<expr>, <expr>", "<expr>, <exprs>"}},
      {"expr",
       {"1",
        "<column>",
        "<column>",
        "<constant>",
        "<constant>",
        "<expr> <operator> <expr>",
        "<expr> AND <expr>",
        "<expr> OR <expr>",
        "NOT <expr>",
        "(<expr>)",
        "-<expr>",
        "+<expr>",
        "<function>",
        "<function>",
        "CAST(<expr> AS <type>)",
        "<expr>::<type>",
        "CASE WHEN <expr> THEN <expr> ELSE <expr> END",
        "CASE <expr> WHEN <expr> THEN <expr> END",
        "<expr> IN (<exprs>)",
        "<expr> NOT IN (<select>)",
        "EXISTS (<select>)",
        "(<select>)",
        "<expr> BETWEEN <expr> AND <expr>",
        "<expr> BETWEEN SYMMETRIC <expr> AND <expr>",
        "<expr> LIKE <string> ESCAPE <string>",
        "<expr> SIMILAR TO <string>",
        "<expr> ILIKE <expr>",
        "<expr> IS NULL",
        "<expr> IS NOT TRUE",
        "<expr> IS DISTINCT FROM <expr>",
        "<expr> = ANY (<select>)",
        "<expr> > ALL (<expr>)",
        "ARRAY[<exprs>]",
        "ARRAY(<select>)",
        "(<expr>)[<expr>:<expr>]",
        "(<expr>).<column>",
        "ROW(<exprs>)",
        "(<expr>, <exprs>)",
        "<expr> COLLATE <name>",
        "<expr> AT TIME ZONE <string>",
        "$1",
        "GROUPING(<column>)",
        "COALESCE(<exprs>)",
        "GREATEST(<exprs>)",
        "NULLIF(<expr>, <expr>)",
        "CURRENT_DATE",
        "current_user",
        "EXTRACT(year FROM <expr>)",
        "SUBSTRING(<expr> FROM <expr> FOR <expr>)",
        "<expr> OVERLAPS <expr>",
        "<expr> OPERATOR(pg_catalog.+) <expr>",
        "XMLELEMENT(NAME <column>)",
        "(<expr>) IS DOCUMENT",
        "<stat>",
        "<dim>",
        "<cond>",
        "POSITION(<expr> IN <expr>)"}},
      {"operator", {"=", "<", ">", "<=", ">=", "<>",  "!=", "+",   "-",  "*",
                    "/", "%", "^", "||", "~",  "!~*", "@>", "->>", "&&", "#"}},
      {"function",
       {"now()", "<fname>()", "<fname>(<exprs>)", "<fname>(*)", "<fname>(DISTINCT <exprs>)",
        "<fname>(<exprs> ORDER BY <sort>)", "<fname>(<exprs>) OVER (<over>)",
        "<fname>(<exprs>) FILTER (WHERE <expr>)", "<fname>(<column> => <expr>)",
        "<fname>(VARIADIC <expr>)", "<fname>(0.5) WITHIN GROUP (ORDER BY <expr>)",
        "pg_catalog.<fname>(<exprs>)", "<fname>(<exprs>) OVER <column>"}},
      {"fname", {"count",        "sum",   "avg",    "median",      "percentile", "stddev",
                 "variance",     "gini",  "share",  "ratio",       "level",      "band",
                 "COUNT",        "min",   "max",    "pg_sleep",    "read_csv",   "\"SUM\"",
                 "pg_read_file", "query", "getenv", "sqlite_scan", "lower",      "Level"}},
      {"over",
       {"", "PARTITION BY <exprs>", "ORDER BY <sort>",
        "ORDER BY <sort> ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"}},
      {"column",
       {"geslacht", "buurt", "wijk", "leeftijd", "inkomen", "schuld", "p.buurt", "h.type", "hh",
        "a", "b", "n", "\"weird \"\"name\"", "persoon.buurt", "x.y.z", "_T", "été"}},
      {"name",
       {"persoon", "huishouden", "vordering", "verborgen", "p", "h", "a", "pg_class",
        "information_schema.tables", "\"Persoon\"", "s0.data", "sqlite_master"}},
      {"type",
       {"int", "text", "numeric(10,2)", "varchar(3)[]", "interval day to second", "persoon",
        "double precision", "bit varying", "timestamp with time zone", "pg_catalog.int4"}},
      {"constant",
       {"1", "'V'", "NULL", "TRUE", "<string>", "1.5e10", "-0", "0x1F", "99999999999999999999",
        "B'101'", "X'1F'", "interval '1 day'", "int '3'", "date '2020-01-01'", "U&'d\\0061t'",
        "E'\\n'", "$a$x$a$", "$$y$$"}},
      {"string",
       {"'x'", "''", "'W1'", "'it''s'", "'; DROP TABLE persoon; --'", "'%'", "E'\\x41'", "E'\\x07'",
        "U&'\\202E'", "'a' \n 'b'", "'\"'", "'/etc/passwd'"}},
  };
  return grammar;
}

const std::vector<std::string>* AlternativesOf(const std::string& name) {
  for (const Grammar* grammar : {&Language(), &Postgres()}) {
    const auto found = grammar->find(name);
    if (found != grammar->end()) return &found->second;
  }
  return nullptr;
}

class Writer {
 public:
  Writer(int depth, std::mt19937_64* random) : depth_(depth), random_(random) {}

  void Name(const std::string& name, int deep) {
    const std::vector<std::string>* alternatives = AlternativesOf(name);
    KLUIS_CHECK(alternatives != nullptr);
    const bool end = deep >= depth_ || text_.size() > kSentenceBytesMax;
    Expand((*alternatives)[end ? 0 : (*random_)() % alternatives->size()], deep + 1);
  }

  std::string Take() { return std::move(text_); }

 private:
  // A `<` that no name and `>` follow is an operator.
  void Expand(const std::string& pattern, int deep) {
    for (size_t i = 0; i < pattern.size(); ++i) {
      size_t end = i + 1;
      while (end < pattern.size() && std::islower(static_cast<unsigned char>(pattern[end]))) ++end;
      const bool name =
          pattern[i] == '<' && end > i + 1 && end < pattern.size() && pattern[end] == '>';
      if (name) {
        Name(pattern.substr(i + 1, end - i - 1), deep);
        i = end;
      } else {
        text_ += pattern[i];
      }
    }
  }

  const int depth_;
  std::mt19937_64* random_;
  std::string text_;
};

}  // namespace

std::string RandomSentence(const std::string& start, int depth, std::mt19937_64* random) {
  Writer writer(depth, random);
  writer.Name(start, 0);
  return writer.Take();
}

}  // namespace kluis
