// Queries as SQL: of what may be written in several ways, one is drawn.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/reference/query.h"
#include "tests/reference/reading.h"

namespace kluis {
namespace {

std::string Text(const std::string& text) { return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'"); }

class SqlWriterOfQueries {
 public:
  SqlWriterOfQueries(const RegisterWorld& world, const AskedQuery& query, Random* random)
      : world_(world), query_(query), random_(*random) {
    for (const Register& of : world.registers) aliases_.push_back(random_.OneIn(2) ? of.name : of.name + "x");
  }

  std::string Write() {
    std::vector<std::string> items;
    for (const AskedDimension& dimension : query_.dimensions) {
      dimensions_.push_back(DimensionText(dimension));
      names_.push_back(dimension.alias.empty() ? NameOf(dimension.view.variable) : dimension.alias);
      items.push_back(dimension.alias.empty() ? dimensions_.back() : absl::StrCat(dimensions_.back(), " AS ", dimension.alias));
    }
    for (const AskedStatistic& statistic : query_.statistics) {
      names_.push_back(statistic.alias);
      items.push_back(absl::StrCat(StatisticText(statistic), statistic.alias.empty() ? "" : " AS ", statistic.alias));
    }
    std::string sql = absl::StrCat("SELECT ", absl::StrJoin(items, ", "), " FROM ", SourceText(0));
    for (size_t l = 0; l < query_.joined.size(); ++l) absl::StrAppend(&sql, JoinText(l));
    if (!query_.where.empty()) absl::StrAppend(&sql, " WHERE ", AllOf(query_.where));
    if (!query_.grouping.empty()) absl::StrAppend(&sql, " GROUP BY ", Groupings(query_.grouping));
    for (size_t o = 0; o < query_.order.size(); ++o) {
      const int column = query_.order[o].column;
      const bool by_name = !names_[column].empty() && random_.OneIn(2);
      absl::StrAppend(&sql, o == 0 ? " ORDER BY " : ", ", by_name ? names_[column] : absl::StrCat(column + 1),
                      query_.order[o].descending ? " DESC" : "");
    }
    if (query_.limit >= 0) absl::StrAppend(&sql, " LIMIT ", query_.limit);
    return sql;
  }

 private:
  std::string SourceText(size_t source) const {
    const std::string& name = world_.registers[source].name;
    return aliases_[source] == name ? name : absl::StrCat(name, " AS ", aliases_[source]);
  }

  std::string JoinText(size_t link) {
    if (query_.joined[link] == AskedQuery::Joined::kNot) return "";
    const std::string start =
        absl::StrCat(query_.joined[link] == AskedQuery::Joined::kLeft ? " LEFT JOIN " : " JOIN ", SourceText(link + 1));
    const std::vector<std::string>& key = world_.links[link].key;
    if (random_.OneIn(3)) return absl::StrCat(start, " USING (", absl::StrJoin(key, ", "), ")");
    std::vector<std::string> equalities;
    for (const std::string& part : key) {
      const std::string ours = absl::StrCat(aliases_[0], ".", part), theirs = absl::StrCat(aliases_[link + 1], ".", part);
      equalities.push_back(random_.OneIn(2) ? absl::StrCat(ours, " = ", theirs) : absl::StrCat(theirs, " = ", ours));
    }
    return absl::StrCat(start, " ON ", absl::StrJoin(equalities, " AND "));
  }

  std::string NameOf(const AskedVariable& variable) const {
    const RegisterDimension& dimension = DimensionOf(world_, variable);
    return variable.other < 0 ? dimension.name : dimension.others[variable.other].first;
  }

  // Names of dimensions are of one register only, so they need no qualifier.
  std::string Qualified(int source, const std::string& name, bool qualify) const {
    return qualify ? absl::StrCat(aliases_[source], ".", name) : name;
  }

  std::string ViewText(const AskedView& view, bool qualify) {
    const RegisterDimension& dimension = DimensionOf(world_, view.variable);
    const std::string name = Qualified(view.variable.source, NameOf(view.variable), qualify);
    if (view.width > 0) return absl::StrCat("BAND(", name, ", ", view.width, ")");
    if (view.level > 0) return absl::StrCat("LEVEL(", name, ", ", Text(dimension.levels[view.level - 1]), ")");
    return name;
  }

  std::string ConditionText(const AskedCondition& condition, bool qualify) {
    const RegisterDimension& dimension = DimensionOf(world_, condition.view.variable);
    const std::string view = ViewText(condition.view, qualify);
    if (condition.form == AskedCondition::Form::kBetween) {
      if (condition.low <= dimension.low && random_.OneIn(2))
        return random_.OneIn(2) ? absl::StrCat(view, " <= ", condition.high) : absl::StrCat(condition.high + 1, " > ", view);
      if (condition.high >= dimension.high && random_.OneIn(2))
        return random_.OneIn(2) ? absl::StrCat(view, " >= ", condition.low) : absl::StrCat(view, " > ", condition.low - 1);
      return absl::StrCat(view, " BETWEEN ", condition.low, " AND ", condition.high);
    }
    std::vector<std::string> codes;
    for (const std::string& code : condition.codes) {
      const bool number = dimension.is_range() && condition.view.width <= 1 && code != "_U";
      codes.push_back(number && random_.OneIn(2) ? code : Text(code));
    }
    const bool in = condition.form == AskedCondition::Form::kIn;
    if (codes.size() == 1 && random_.OneIn(2)) return absl::StrCat(view, in ? " = " : " <> ", codes[0]);
    if (codes.size() == 1 && in && random_.OneIn(2)) return absl::StrCat(codes[0], " = ", view);
    if (codes.size() > 1 && in && random_.OneIn(3)) {
      const std::string first = codes[0];
      codes.erase(codes.begin());
      return absl::StrCat("(", view, " = ", first, " OR ", view, " IN (", absl::StrJoin(codes, ", "), "))");
    }
    return absl::StrCat(view, in ? " IN (" : " NOT IN (", absl::StrJoin(codes, ", "), ")");
  }

  std::string AllOf(const std::vector<AskedCondition>& conditions) {
    std::vector<std::string> texts;
    for (const AskedCondition& condition : conditions) texts.push_back(ConditionText(condition, random_.OneIn(2)));
    return absl::StrJoin(texts, " AND ");
  }

  std::string DimensionText(const AskedDimension& dimension) {
    const bool qualify = random_.OneIn(2);
    if (dimension.branches.empty()) return ViewText(dimension.view, qualify);
    const bool simple = std::all_of(dimension.branches.begin(), dimension.branches.end(), [](const AskedBranch& branch) {
      const AskedCondition& first = branch.conditions[0];
      return branch.conditions.size() == 1 && first.form == AskedCondition::Form::kIn && first.codes.size() == 1 &&
             first.view.level == 0 && first.view.width == 0;
    });
    std::string sql = "CASE";
    if (simple) absl::StrAppend(&sql, " ", ViewText(dimension.view, qualify));
    for (const AskedBranch& branch : dimension.branches) {
      std::vector<std::string> texts;
      for (const AskedCondition& condition : branch.conditions)
        texts.push_back(simple ? Text(condition.codes[0]) : ConditionText(condition, qualify));
      absl::StrAppend(&sql, " WHEN ", absl::StrJoin(texts, " AND "), " THEN ", Text(branch.name));
    }
    if (!dimension.otherwise.empty()) absl::StrAppend(&sql, " ELSE ", Text(dimension.otherwise));
    return sql + " END";
  }

  std::string StatisticText(const AskedStatistic& statistic) {
    const Register& unit = world_.registers[0];
    const std::string measure = Qualified(0, unit.measures[statistic.measure].name, random_.OneIn(2));
    std::string text;
    switch (statistic.kind) {
      case AskedKind::kCount: text = "COUNT(*)"; break;
      case AskedKind::kDistinct: text = absl::StrCat("COUNT(DISTINCT ", Qualified(0, unit.ids[statistic.id], random_.OneIn(2)), ")"); break;
      case AskedKind::kSum: text = absl::StrCat("SUM(", measure, ")"); break;
      case AskedKind::kMean: text = absl::StrCat("AVG(", measure, ")"); break;
      case AskedKind::kRatio: text = absl::StrCat("RATIO(SUM(", measure, "), SUM(", unit.measures[statistic.divisor].name, "))"); break;
      case AskedKind::kShare: return absl::StrCat("SHARE(", AllOf(statistic.conditions), ")");
      case AskedKind::kMedian: return absl::StrCat("MEDIAN(", measure, ")");
      case AskedKind::kPercentile: return absl::StrCat("percentile(", measure, ", ", statistic.percent, ")");
      case AskedKind::kDeviation: return absl::StrCat("STDDEV(", measure, ")");
      case AskedKind::kVariance: return absl::StrCat("VARIANCE(", measure, ")");
      case AskedKind::kGini: return absl::StrCat("Gini(", measure, ")");
    }
    if (!statistic.conditions.empty()) absl::StrAppend(&text, " FILTER (WHERE ", AllOf(statistic.conditions), ")");
    return text;
  }

  std::string Groupings(const std::vector<AskedGrouping>& groupings) {
    std::vector<std::string> texts;
    for (const AskedGrouping& grouping : groupings) texts.push_back(GroupingText(grouping));
    return absl::StrJoin(texts, ", ");
  }

  std::string GroupingText(const AskedGrouping& grouping) {
    switch (grouping.form) {
      case AskedGrouping::Form::kRollup: return absl::StrCat("ROLLUP (", Groupings(grouping.items), ")");
      case AskedGrouping::Form::kCube: return absl::StrCat("CUBE (", Groupings(grouping.items), ")");
      case AskedGrouping::Form::kSets: return absl::StrCat("GROUPING SETS (", Groupings(grouping.items), ")");
      case AskedGrouping::Form::kUnit: break;
    }
    std::vector<std::string> texts;
    for (const int d : grouping.unit) texts.push_back(GroupedText(d));
    return texts.size() == 1 ? texts[0] : absl::StrCat("(", absl::StrJoin(texts, ", "), ")");
  }

  std::string GroupedText(int d) {
    if (random_.OneIn(3)) return absl::StrCat(d + 1);
    return random_.OneIn(2) && !query_.dimensions[d].alias.empty() ? names_[d] : dimensions_[d];
  }

  const RegisterWorld& world_;
  const AskedQuery& query_;
  Random& random_;
  std::vector<std::string> aliases_, dimensions_;
  std::vector<std::string> names_;  // of the columns; empty: a statistic's own
};

}  // namespace

std::string SqlOf(const RegisterWorld& world, const AskedQuery& query, Random* random) {
  return SqlWriterOfQueries(world, query, random).Write();
}

}  // namespace kluis
