// Random questions with statistics of every kind beside each other, with and without a FILTER, on
// random registers, from a file to what leaves. Every shown value is read off the rows one by one, and
// no count or sum of fewer units than the minimum follows, by adding and subtracting, from what is
// shown beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/protect/protect.h"
#include "tests/server/release/workshop.h"

namespace kluis {
namespace {

constexpr int kMinimum = 3;

constexpr char kPersons[] = R"(dataset: persoon
title: {nl: Personen, en: Persons}
period: "2022"
unit: persoon
source: {file: persoon.csv}
contributor: [rin, hh]
variables:
  rin: {role: identifier}
  hh: {role: identifier}
  plaats: {role: dimension, kind: identifying, values: [P1, P2, P3]}
  geslacht: {role: dimension, kind: identifying, values: [M, V]}
  schuld: {role: dimension, kind: confidential, values: [ja, nee]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 99], bands: {from: 0, to: 100, widths: [10]}}
  loon: {role: measure, decimals: 0}
  uren: {role: measure, decimals: 0}
links:
  uitkering: {key: [rin], to: uitkering, one: true, membership: mixed}
)";

struct Person {
  int hh = 0;
  std::string plaats, geslacht, schuld;
  int leeftijd = 0;
  int64_t loon = 0, uren = 0;
  std::string soort;  // of the benefit; empty: there is none
};

// One of those that a unit can be told apart by.
std::vector<int> AtomOf(const Person& p) {
  return {p.plaats[1] - '1', p.geslacht == "V", p.schuld == "nee", p.leeftijd / 10, p.soort.empty() ? 0 : p.soort == "ww" ? 1 : 2};
}

using Meets = std::function<bool(const Person&)>;
struct Asked {
  std::string sql;
  Meets meets;
};

template <typename T>
const T& One(const std::vector<T>& list, std::mt19937* random) { return list[(*random)() % list.size()]; }

Asked RandomCondition(bool joined, std::mt19937* random) {
  std::vector<Asked> all = {
      {"plaats = 'P1'", [](const Person& p) { return p.plaats == "P1"; }},
      {"plaats IN ('P1', 'P2')", [](const Person& p) { return p.plaats != "P3"; }},
      {"geslacht = 'V'", [](const Person& p) { return p.geslacht == "V"; }},
      {"geslacht <> 'V'", [](const Person& p) { return p.geslacht != "V"; }},
      {"schuld = 'ja'", [](const Person& p) { return p.schuld == "ja"; }},
      {"leeftijd < 40", [](const Person& p) { return p.leeftijd < 40; }},
      {"leeftijd BETWEEN 20 AND 59", [](const Person& p) { return p.leeftijd >= 20 && p.leeftijd <= 59; }},
      {"geslacht = 'V' AND schuld = 'ja'", [](const Person& p) { return p.geslacht == "V" && p.schuld == "ja"; }}};
  if (joined) all.push_back({"soort = 'ww'", [](const Person& p) { return p.soort == "ww"; }});
  return One(all, random);
}

struct Column2 { std::string sql, kind; Meets meets; };

struct Ask2 {
  std::string select, rest;          // with {columns} between
  std::vector<std::string> groups;   // none, plaats, geslacht, case
  std::vector<Column2> columns;
  Meets counts = [](const Person&) { return true; };
  std::string sql;
};

std::string CodeOf(const std::string& group, const Person& p) {
  if (group == "plaats") return p.plaats;
  if (group == "geslacht") return p.geslacht;
  if (group == "schuld") return p.schuld;
  return p.plaats == "P1" ? "stad" : "land";
}

Ask2 RandomAsk(std::mt19937* random) {
  Ask2 ask;
  const int join = (*random)() % 4;  // 2: JOIN, 3: LEFT JOIN
  const std::vector<std::vector<std::string>> groupings = {{}, {"plaats"}, {"geslacht"}, {"schuld"}, {"c"}, {"plaats", "geslacht"}, {"c", "plaats"}};
  ask.groups = One(groupings, random);
  const std::string rollup = One<std::string>({"", "ROLLUP", "CUBE"}, random);
  std::vector<std::string> select;
  for (const std::string& g : ask.groups)
    select.push_back(g == "c" ? "CASE WHEN plaats = 'P1' THEN 'stad' ELSE 'land' END AS c" : g);
  const std::vector<std::string> kinds = {"COUNT(*)", "COUNT(*)", "SUM(loon)", "SUM(uren)", "AVG(loon)", "RATIO(SUM(loon), SUM(uren))", "COUNT(DISTINCT hh)",
                                          "SHARE", "MEDIAN(loon)", "PERCENTILE(uren, 25)", "STDDEV(loon)", "VARIANCE(uren)", "GINI(loon)"};
  for (int n = 1 + (*random)() % 4; n > 0; --n) {
    Column2 column;
    column.kind = One(kinds, random);
    column.sql = column.kind;
    column.meets = [](const Person&) { return true; };
    const bool adds = column.kind[0] == 'C' || column.kind[0] == 'S' || column.kind[0] == 'A' || column.kind[0] == 'R';
    if (column.kind == "SHARE") {
      const Asked condition = RandomCondition(join > 1, random);
      column.sql = "SHARE(" + condition.sql + ")";
      column.meets = condition.meets;
    } else if (adds && column.kind.find("STDDEV") == std::string::npos && (*random)() % 2 == 0) {
      const Asked condition = RandomCondition(join > 1, random);
      column.sql += " FILTER (WHERE " + condition.sql + ")";
      column.meets = condition.meets;
    }
    column.sql += absl::StrCat(" AS s", n);
    ask.columns.push_back(column);
  }
  for (const Column2& c : ask.columns) select.push_back(c.sql);
  std::string from = " FROM persoon p";
  if (join == 2) from += " JOIN uitkering u ON p.rin = u.rin";
  if (join == 3) from += " LEFT JOIN uitkering u ON p.rin = u.rin";
  Meets where = [](const Person&) { return true; };
  if ((*random)() % 4 == 0) {
    const Asked condition = RandomCondition(false, random);
    from += " WHERE " + condition.sql;
    where = condition.meets;
  }
  ask.counts = [where, join](const Person& p) { return where(p) && (join != 2 || !p.soort.empty()); };
  const std::string names = absl::StrJoin(ask.groups, ", ");
  if (!ask.groups.empty()) from += " GROUP BY " + (rollup.empty() ? names : absl::StrCat(rollup, " (", names, ")"));
  ask.sql = "SELECT " + absl::StrJoin(select, ", ") + from;
  return ask;
}

constexpr int64_t kPrime = 2147483647;
int64_t Power(int64_t base, int64_t e) {
  int64_t result = 1;
  for (; e > 0; e >>= 1, base = base * base % kPrime) if (e & 1) result = result * base % kPrime;
  return result;
}

class Span {
 public:
  explicit Span(size_t columns) : columns_(columns) {}
  // True when it is new.
  bool Add(const std::vector<int64_t>& row) {
    std::vector<int64_t> r = Reduce(row);
    const auto at = std::find_if(r.begin(), r.end(), [](int64_t v) { return v != 0; });
    if (at == r.end()) return false;
    const int64_t inverse = Power(*at, kPrime - 2);
    const size_t lead = at - r.begin();
    for (int64_t& v : r) v = v * inverse % kPrime;
    rows_[lead] = std::move(r);
    return true;
  }
  bool Has(const std::vector<int64_t>& row) const {
    const auto r = Reduce(row);
    return std::all_of(r.begin(), r.end(), [](int64_t v) { return v == 0; });
  }

 private:
  std::vector<int64_t> Reduce(std::vector<int64_t> r) const {
    for (size_t c = 0; c < columns_; ++c) {
      if (r[c] == 0) continue;
      const auto found = rows_.find(c);
      if (found == rows_.end()) continue;
      const int64_t f = r[c];
      for (size_t d = c; d < columns_; ++d) r[d] = ((r[d] - f * found->second[d]) % kPrime + kPrime) % kPrime;
    }
    return r;
  }
  size_t columns_;
  std::map<size_t, std::vector<int64_t>> rows_;
};

class MixtureTest : public testing::Test {
 protected:
  MixtureTest() : workshop_("mixture") {}

  void Make(int size, std::mt19937* random) {
    people_.clear();
    std::string persons = "rin,hh,plaats,geslacht,schuld,leeftijd,loon,uren\n", benefits = "rin,soort\n";
    for (int rin = 1; rin <= size; ++rin) {
      Person p;
      p.hh = 1 + rin / 2;
      p.plaats = absl::StrCat("P", 1 + (*random)() % 100 * (*random)() % 100 % 3);
      p.geslacht = (*random)() % 3 == 0 ? "V" : "M";
      p.schuld = (*random)() % 3 == 0 ? "ja" : "nee";
      p.leeftijd = One<int>({10, 30, 30, 50, 50, 70}, random);
      p.loon = (*random)() % 6 == 0 ? 0 : 500 + (*random)() % 300;
      p.uren = 20 + (*random)() % 400;
      if ((*random)() % 2 == 0) p.soort = (*random)() % 4 == 0 ? "ao" : "ww";
      people_.push_back(p);
      absl::StrAppend(&persons, rin, ",", p.hh, ",", p.plaats, ",", p.geslacht, ",", p.schuld, ",", p.leeftijd, ",", p.loon, ",", p.uren, "\n");
      if (!p.soort.empty()) absl::StrAppend(&benefits, rin, ",", p.soort, "\n");
    }
    workshop_.Write("persoon.csv", persons);
    workshop_.Write("persoon.yaml", kPersons);
    workshop_.Write("uitkering.csv", benefits);
    workshop_.Write("uitkering.yaml", BenefitsEntry("mixed"));
    workshop_.Import({"uitkering", "persoon"});
    atoms_.clear();
    kinds_ = EveryKind();
    for (const Person& p : kinds_) atoms_.insert({AtomOf(p), static_cast<int>(atoms_.size())});
  }

  // There may be somebody of each.
  static std::vector<Person> EveryKind() {
    std::vector<Person> kinds;
    for (const char* plaats : {"P1", "P2", "P3"})
      for (const char* geslacht : {"M", "V"})
        for (const char* schuld : {"ja", "nee"})
          for (const int leeftijd : {10, 30, 50, 70})
            for (const char* soort : {"", "ww", "ao"}) {
              Person p;
              p.plaats = plaats; p.geslacht = geslacht; p.schuld = schuld; p.leeftijd = leeftijd; p.soort = soort;
              kinds.push_back(p);
            }
    return kinds;
  }

  std::vector<int64_t> Vector(const Meets& in) const {
    std::vector<int64_t> v(atoms_.size(), 0);
    for (const Person& p : kinds_) if (in(p)) v[atoms_.at(AtomOf(p))] = 1;
    return v;
  }

  int shown = 0, hidden = 0, refused = 0, asked = 0, secrets = 0;

  void AskOne(const Ask2& ask, const RuleSet& standard) {
    const auto plan = workshop_.Plan(ask.sql,
                                     {{"persoon", {"rin", "hh", "plaats", "geslacht", "schuld", "leeftijd", "loon", "uren"}, {}},
                                      {"uitkering", {"rin", "soort"}, {}}},
                                     standard);
    if (!plan.allowed()) {
      ++refused;
      ASSERT_TRUE(plan.refusal().code == "NOTHING_SELECTED" || plan.refusal().code == "DISTINCT_OF_CLASSES") << plan.refusal().message;
      return;
    }
    ++asked;
    const auto table = workshop_.Run(plan.value());
    ASSERT_TRUE(table.ok()) << table.status();
    const auto release = Protect(*table, standard, {});
    ASSERT_TRUE(release.ok()) << release.status();
    const size_t n = atoms_.size();
    Span counts(n), loon(n), uren(n), loon2(n), uren2(n);
    for (size_t r = 0; r < release->shape().rows.size(); ++r) {
      const std::vector<std::string>& codes = release->shape().rows[r].codes;
      const Meets row = [&](const Person& p) {
        if (!ask.counts(p)) return false;
        for (size_t g = 0; g < codes.size(); ++g) if (codes[g] != "_T" && codes[g] != CodeOf(ask.groups[g], p)) return false;
        return true;
      };
      for (size_t s = 0; s < ask.columns.size(); ++s) {
        const Column2& column = ask.columns[s];
        const ReleasedValue& value = release->values()[r][s];
        if (value.status == ValueStatus::kSuppressed) { ++hidden; continue; }
        const Meets in = [&](const Person& p) { return row(p) && column.meets(p); };
        const Meets out = [&](const Person& p) { return row(p) && !column.meets(p); };
        const double v = static_cast<double>(static_cast<int64_t>(value.scaled)) / std::pow(10, release->shape().statistics[s].decimals);
        Check(column, value.status == ValueStatus::kEmpty ? std::nullopt : std::optional<double>(v), row, in);
        ++shown;
        const std::string& k = column.kind;
        if (k == "COUNT(*)") counts.Add(Vector(in));
        if (k == "SHARE") { counts.Add(Vector(in)); counts.Add(Vector(out)); }
        if (k.find("loon") != std::string::npos) loon.Add(Vector(in));
        if (k.find("uren") != std::string::npos) uren.Add(Vector(in));
        if (k == "STDDEV(loon)") loon2.Add(Vector(in));
        if (k == "VARIANCE(uren)") uren2.Add(Vector(in));
      }
    }
    Attack(plan.value(), *table, counts, loon, uren, loon2, uren2);
  }

  void Check(const Column2& column, std::optional<double> value, const Meets& row, const Meets& in) const {
    double n = 0, of = 0, l = 0, u = 0, l2 = 0, u2 = 0;
    std::set<int> hh;
    for (const Person& p : people_) {
      of += row(p);
      if (!in(p)) continue;
      ++n; l += p.loon; u += p.uren; hh.insert(p.hh);
      l2 += p.loon * p.loon; u2 += p.uren * p.uren;
    }
    std::optional<double> truth;
    const std::string& k = column.kind;
    if (k == "COUNT(*)") truth = n;
    if (k == "SUM(loon)") truth = l;
    if (k == "SUM(uren)") truth = u;
    if (k == "COUNT(DISTINCT hh)") truth = hh.size();
    if (k == "AVG(loon)" && n > 0) truth = l / n;
    if (k[0] == 'R' && u > 0) truth = l / u;
    if (k == "SHARE" && of > 0) truth = n / of;
    if (k == "STDDEV(loon)" && n > 1) truth = std::sqrt((l2 - l * l / n) / (n - 1));
    if (k == "VARIANCE(uren)" && n > 1) truth = (u2 - u * u / n) / (n - 1);
    if (k[0] == 'M' || k[0] == 'P' || k[0] == 'G') return;
    ASSERT_EQ(value.has_value(), truth.has_value()) << column.sql;
    if (truth) {
      ASSERT_NEAR(*value, *truth, k[0] == 'S' && k[1] == 'H' ? 0.000051 : k[0] == 'R' ? 0.000051 : 0.051) << column.sql;
    }
  }

  void Attack(const AggregationPlan& plan, const AggregateTable& table, Span counts, const Span& loon, const Span& uren, const Span& loon2, const Span& uren2) {
    bool ordinary = true;
    for (const Axis& axis : table.axes) ordinary &= axis.kind == VariableKind::kIdentifying;
    std::vector<std::vector<int64_t>> cells;
    for (const CellKey& key : table.keys) cells.push_back(Vector([&](const Person& p) { return In(plan, key, p); }));
    for (size_t c = 0; c < cells.size(); ++c) {
      bool known = !ordinary;
      for (size_t a = 0; a < table.axes.size(); ++a) known &= table.keys[c][a] == 0 || table.axes[a].kind == VariableKind::kIdentifying;
      if (known) counts.Add(cells[c]);
    }
    for (size_t c = 0; c < cells.size(); ++c) {
      const CellKey& key = table.keys[c];
      const int64_t n = table.units[c].contributors;
      bool secret = ordinary;
      for (size_t a = 0; a < table.axes.size(); ++a) secret |= key[a] != 0 && table.axes[a].kind != VariableKind::kIdentifying;
      const auto name = [&] { return absl::StrCat(n, " units of cell ", absl::StrJoin(key, ","), " use ", static_cast<int>(table.uses[c])); };
      if (secret && n > 0 && n < kMinimum) {
        ++secrets;
        EXPECT_FALSE(counts.Has(cells[c])) << "count: " << name();
      }
      for (size_t m = 0; m < table.measures.size(); ++m) {
        const int64_t givers = table.measures[m].cells[c].contributors;
        const bool l = table.measures[m].name[0] == 'l', squares = table.measures[m].squares_of >= 0;
        const Span& span = l ? (squares ? loon2 : loon) : squares ? uren2 : uren;
        if (givers > 0 && givers < kMinimum) {
          EXPECT_FALSE(span.Has(cells[c])) << table.measures[m].name << ": " << name();
        }
      }
    }
  }

  bool In(const AggregationPlan& plan, const CellKey& key, const Person& p) const {
    const auto stored = [&](const PlanAxis& axis) -> int {
      if (axis.source == 1) return p.soort.empty() ? (plan.sources[1].left ? (axis.column.empty() ? kNoPartner : -1) : kNoPartner) : axis.column.empty() ? 0 : p.soort == "ww" ? 0 : 1;
      if (axis.column == "plaats") return p.plaats[1] - '1';
      if (axis.column == "geslacht") return p.geslacht == "V";
      if (axis.column == "schuld") return p.schuld == "nee";
      return p.leeftijd;
    };
    for (const PlanFilter& filter : plan.filters) {
      PlanAxis axis;
      axis.source = filter.source;
      axis.column = filter.column;
      const int v = stored(axis);
      if (std::count(filter.stored_values.begin(), filter.stored_values.end(), v) == 0) return false;
    }
    for (size_t s = 1; s < plan.sources.size(); ++s)
      if (!plan.sources[s].left && !plan.sources[s].judged && p.soort.empty()) return false;
    for (size_t a = 0; a < plan.axes.size(); ++a) {
      const int place = stored(plan.axes[a]) - plan.axes[a].stored_low;
      bool of_axis = false;
      for (const std::vector<int>& map : plan.axes[a].level_maps) {
        if (place >= 0 && place < static_cast<int>(map.size())) of_axis |= map[place] == key[a];
      }
      if (!of_axis) return false;
    }
    return true;
  }

  ReleaseWorkshop workshop_;
  std::vector<Person> people_, kinds_;
  std::map<std::vector<int>, int> atoms_;
};

TEST_F(MixtureTest, NothingOfFewFollowsFromWhatIsShownTogether) {
  std::mt19937 random(getenv("SEED") ? atoi(getenv("SEED")) : 271828u);
  const int registers = getenv("REGISTERS") ? atoi(getenv("REGISTERS")) : 4;
  for (int made = 0; made < registers; ++made) {
    Make(made % 3 == 0 ? 25 : made % 3 == 1 ? 60 : 200, &random);
    for (int i = 0; i < 150; ++i) {
      const Ask2 ask = RandomAsk(&random);
      RuleSet rules;
      rules.frequency.minimum = kMinimum;
      rules.frequency.protect_zeros = random() % 2 == 0;
      rules.percentile_each_side = 3;
      rules.degrees_of_freedom = 3;
      SCOPED_TRACE(absl::StrCat("register ", made, ", question ", i, ": ", ask.sql));
      AskOne(ask, rules);
      if (HasFailure()) return;
    }
  }
  std::cout << asked << " answers, " << refused << " refused, " << shown << " values shown, " << hidden << " hidden, " << secrets << " secret counts\n";
}

}  // namespace
}  // namespace kluis
