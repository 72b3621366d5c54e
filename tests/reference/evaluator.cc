#include "tests/reference/evaluator.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/reference/reading.h"
#include "tests/reference/statistics.h"

namespace kluis {
namespace {

using absl::int128;

// A row of the first register, and its partner in each of the others; null: none.
using Unit = std::vector<const RegisterRow*>;

using Set = std::set<int>;  // of dimensions

std::vector<Set> SetsOf(const std::vector<AskedGrouping>& list);

std::vector<Set> SetsOf(const AskedGrouping& grouping) {
  std::vector<Set> sets;
  switch (grouping.form) {
    case AskedGrouping::Form::kUnit:
      sets.push_back(Set(grouping.unit.begin(), grouping.unit.end()));
      break;
    case AskedGrouping::Form::kSets:
      for (const AskedGrouping& item : grouping.items) {
        for (const Set& set : SetsOf(item)) sets.push_back(set);
      }
      break;
    case AskedGrouping::Form::kRollup:
    case AskedGrouping::Form::kCube:
      for (size_t mask = 0; mask < size_t{1} << grouping.items.size(); ++mask) {
        const bool prefix = (mask & (mask + 1)) == 0;
        if (grouping.form == AskedGrouping::Form::kRollup && !prefix) continue;
        Set set;
        for (size_t i = 0; i < grouping.items.size(); ++i) {
          const std::vector<int>& unit = grouping.items[i].unit;
          if ((mask >> i) & 1) set.insert(unit.begin(), unit.end());
        }
        sets.push_back(set);
      }
  }
  return sets;
}

// The items of a list are crossed.
std::vector<Set> SetsOf(const std::vector<AskedGrouping>& list) {
  std::vector<Set> sets = {{}};
  for (const AskedGrouping& item : list) {
    std::vector<Set> crossed;
    for (const Set& left : sets) {
      for (const Set& right : SetsOf(item)) {
        crossed.push_back(left);
        crossed.back().insert(right.begin(), right.end());
      }
    }
    sets = crossed;
  }
  return sets;
}

class Evaluator {
 public:
  Evaluator(const RegisterWorld& world, const AskedQuery& query) : world_(world), query_(query), unit_(world.registers[0]) {
    for (size_t d = 0; d < query.dimensions.size(); ++d) {
      shown_.emplace_back();
      for (const int value : ValuesOf(world, query, query.dimensions[d].view.variable, false))
        shown_[d][value] = CodesShown(world, query, d, value);
    }
  }

  Expected Run() {
    FindUnits();
    for (const Set& set : SetsOf(query_.grouping)) AddRows(set);
    Expected expected;
    for (const AskedStatistic& statistic : query_.statistics) expected.decimals.push_back(DecimalsOf(statistic));
    for (const auto& [ranks, codes] : rows_) expected.rows.push_back(RowOf(ranks, codes));
    return expected;
  }

 private:
  static int ValueIn(const Unit& unit, const AskedVariable& variable) {
    const RegisterRow* row = unit[variable.source];
    return row == nullptr ? kMissingValue : row->values[variable.dimension];
  }

  bool MeetsAllOf(const std::vector<AskedCondition>& conditions, const Unit& unit) const {
    return std::all_of(conditions.begin(), conditions.end(), [&](const AskedCondition& condition) {
      return Meets(world_, condition, ValueIn(unit, condition.view.variable));
    });
  }

  const RegisterRow* PartnerOf(const RegisterRow& row, size_t link) const {
    const Register& other = world_.registers[link + 1];
    for (const RegisterRow& candidate : other.rows) {
      bool same = true;
      for (const std::string& part : world_.links[link].key) {
        const auto &ours = row.ids[unit_.IdOf(part)], &theirs = candidate.ids[other.IdOf(part)];
        same = same && ours.has_value() && ours == theirs;
      }
      if (same) return &candidate;
    }
    return nullptr;
  }

  void FindUnits() {
    for (const RegisterRow& row : unit_.rows) {
      Unit unit = {&row};
      bool stays = true;
      for (size_t l = 0; l < world_.links.size(); ++l) {
        const bool joined = query_.joined[l] != AskedQuery::Joined::kNot;
        unit.push_back(joined ? PartnerOf(row, l) : nullptr);
        stays = stays && (query_.joined[l] != AskedQuery::Joined::kInner || unit.back() != nullptr);
      }
      if (stays && MeetsAllOf(query_.where, unit) && MeetsAllOf(query_.scope, unit)) units_.push_back(unit);
    }
  }

  // Codes per dimension; `_T` where none stands.
  using Codes = std::map<int, ShownCode>;

  // The codes that a value shows in the dimensions of one tree, in all ways.
  std::vector<Codes> CodesOfValue(const std::vector<int>& dimensions, int value) const {
    std::vector<Codes> all = {{}};
    for (const int d : dimensions) {
      std::vector<Codes> longer;
      for (const Codes& start : all) {
        for (const ShownCode& code : shown_[d].at(value)) {
          longer.push_back(start);
          longer.back().insert({d, code});
        }
      }
      all = longer;
    }
    return all;
  }

  // What a register can show of a unit that has a partner there, or has none: none, where that
  // cannot be.
  std::vector<Codes> CodesOfSource(int source, const Set& set, bool partner) const {
    std::vector<Codes> all = {{}};
    const auto dimensions = static_cast<int>(world_.registers[source].dimensions.size());
    for (int dimension = 0; dimension < dimensions; ++dimension) {
      const AskedVariable variable{.source = source, .dimension = dimension};
      std::vector<int> grouped;
      for (const int d : set) {
        if (SameTree(query_.dimensions[d].view.variable, variable)) grouped.push_back(d);
      }
      const std::vector<int> values = partner ? ValuesOf(world_, query_, variable, true) : std::vector<int>{kMissingValue};
      std::map<std::vector<int>, Codes> of_tree;
      for (const int value : values) {
        if (!MeetsAll(world_, query_.where, variable, value) || !MeetsAll(world_, query_.scope, variable, value)) continue;
        for (const Codes& codes : CodesOfValue(grouped, value)) {
          std::vector<int> ranks;
          for (const auto& [d, code] : codes) ranks.push_back(code.rank);
          of_tree.insert({ranks, codes});
        }
      }
      std::vector<Codes> longer;
      for (const Codes& start : all) {
        for (const auto& [ranks, codes] : of_tree) {
          longer.push_back(start);
          longer.back().insert(codes.begin(), codes.end());
        }
      }
      all = longer;
    }
    return all;
  }

  // Every combination of codes that some unit could have is a row.
  void AddRows(const Set& set) {
    std::vector<Codes> all = CodesOfSource(0, set, true);
    for (size_t l = 0; l < query_.joined.size(); ++l) {
      if (query_.joined[l] == AskedQuery::Joined::kNot) continue;
      const int source = static_cast<int>(l) + 1;
      std::vector<Codes> of_source = CodesOfSource(source, set, true);
      if (query_.joined[l] == AskedQuery::Joined::kLeft) {
        for (const Codes& codes : CodesOfSource(source, set, false)) of_source.push_back(codes);
      }
      std::vector<Codes> longer;
      for (const Codes& start : all) {
        for (const Codes& codes : of_source) {
          longer.push_back(start);
          longer.back().insert(codes.begin(), codes.end());
        }
      }
      all = longer;
    }
    for (const Codes& codes : all) {
      std::vector<int> ranks(query_.dimensions.size(), kTotalRank);
      std::vector<std::string> names(query_.dimensions.size(), "_T");
      for (const auto& [d, code] : codes) {
        ranks[d] = code.rank;
        names[d] = code.code;
      }
      rows_.insert({ranks, names});
    }
  }

  bool IsIn(const std::vector<int>& ranks, const Unit& unit) const {
    for (size_t d = 0; d < ranks.size(); ++d) {
      if (ranks[d] == kTotalRank) continue;
      const std::vector<ShownCode>& codes = shown_[d].at(ValueIn(unit, query_.dimensions[d].view.variable));
      if (std::none_of(codes.begin(), codes.end(), [&](const ShownCode& code) { return code.rank == ranks[d]; })) return false;
    }
    return true;
  }

  ExpectedRow RowOf(const std::vector<int>& ranks, const std::vector<std::string>& codes) const {
    ExpectedRow row{.ranks = ranks, .codes = codes, .values = {}, .sums = {}, .distincts = {}};
    std::vector<Unit> inside;
    for (const Unit& unit : units_) {
      if (IsIn(ranks, unit)) inside.push_back(unit);
    }
    for (const AskedStatistic& statistic : query_.statistics) row.values.push_back(ValueOf(statistic, inside));
    std::set<std::pair<int, std::string>> contributors;
    for (const Unit& unit : inside) contributors.insert(ContributorOf(unit));
    row.rows = static_cast<int64_t>(inside.size());
    row.contributors = static_cast<int64_t>(contributors.size());
    row.weight = WeightOf(inside);
    for (size_t m = 0; m < unit_.measures.size(); ++m) row.sums.push_back(SumOf(static_cast<int>(m), inside));
    for (size_t id = 0; id < unit_.ids.size(); ++id) row.distincts.push_back(DistinctOf(static_cast<int>(id), inside));
    return row;
  }

  int64_t WeightIn(const Unit& unit) const { return unit_.weight < 0 ? 1 : *unit[0]->measures[unit_.weight]; }
  int WeightDecimals() const { return unit_.weight < 0 ? 0 : unit_.measures[unit_.weight].decimals; }

  // The level, and who it is there: the last that is not empty.
  std::pair<int, std::string> ContributorOf(const Unit& unit) const {
    std::pair<int, std::string> found;
    for (size_t level = 0; level < unit_.contributor.size(); ++level) {
      const auto& id = unit[0]->ids[unit_.IdOf(unit_.contributor[level])];
      if (id.has_value()) found = {static_cast<int>(level), *id};
    }
    return found;
  }

  int128 WeightOf(const std::vector<Unit>& units) const {
    int128 weight = 0;
    for (const Unit& unit : units) weight += WeightIn(unit);
    return weight;
  }

  std::vector<WeightedValue> ValuesIn(int measure, const std::vector<Unit>& units) const {
    std::vector<WeightedValue> values;
    for (const Unit& unit : units) {
      if (unit[0]->measures[measure].has_value()) values.push_back({*unit[0]->measures[measure], WeightIn(unit)});
    }
    return values;
  }

  ExpectedSum SumOf(int measure, const std::vector<Unit>& units) const {
    ExpectedSum sum;
    std::map<std::pair<int, std::string>, int128> plain, weighted;
    for (const Unit& unit : units) {
      const auto& value = unit[0]->measures[measure];
      if (!value.has_value()) continue;
      ++sum.rows;
      sum.weight += WeightIn(unit);
      sum.total += int128{*value} * WeightIn(unit);
      plain[ContributorOf(unit)] += *value;
      weighted[ContributorOf(unit)] += int128{*value} * WeightIn(unit);
    }
    for (const auto& [who, part] : weighted) sum.absolute_total += part < 0 ? -part : part;
    for (const auto& [who, part] : plain) {
      if (part != 0) sum.sizes.push_back(part < 0 ? -part : part);
    }
    std::sort(sum.sizes.rbegin(), sum.sizes.rend());
    sum.contributors = static_cast<int64_t>(sum.sizes.size());
    return sum;
  }

  int64_t DistinctOf(int id, const std::vector<Unit>& units) const {
    std::set<std::string> distinct;
    for (const Unit& unit : units) {
      if (unit[0]->ids[id].has_value()) distinct.insert(*unit[0]->ids[id]);
    }
    return static_cast<int64_t>(distinct.size());
  }

  int DecimalsOf(const AskedStatistic& statistic) const {
    const int own = unit_.measures[statistic.measure].decimals;
    switch (statistic.kind) {
      case AskedKind::kCount:
      case AskedKind::kDistinct: return 0;
      case AskedKind::kSum: return own;
      case AskedKind::kMean:
      case AskedKind::kMedian:
      case AskedKind::kPercentile:
      case AskedKind::kDeviation: return own + 1;
      case AskedKind::kVariance: return 2 * own + 1;
      case AskedKind::kRatio:
      case AskedKind::kShare:
      case AskedKind::kGini: return 4;
    }
    return 0;
  }

  std::optional<int128> ValueOf(const AskedStatistic& statistic, const std::vector<Unit>& all) const {
    std::vector<Unit> units;
    for (const Unit& unit : all) {
      if (MeetsAllOf(statistic.conditions, unit)) units.push_back(unit);
    }
    const std::vector<WeightedValue> values = ValuesIn(statistic.measure, units);
    const int own = unit_.measures[statistic.measure].decimals;
    const auto one = static_cast<int64_t>(TenTo(WeightDecimals()));
    switch (statistic.kind) {
      case AskedKind::kCount: return RoundedQuotient(WeightOf(units), one);
      case AskedKind::kDistinct: return DistinctOf(statistic.id, units);
      case AskedKind::kSum: return RoundedQuotient(SumOfValues(values), one);
      case AskedKind::kMean: return MeanOf(values);
      case AskedKind::kMedian:
      case AskedKind::kPercentile: return PercentileOfValues(values, statistic.percent, one);
      case AskedKind::kDeviation: return DeviationOf(values, one);
      case AskedKind::kVariance: return VarianceOf(values, one);
      case AskedKind::kGini: return GiniOfValues(values);
      case AskedKind::kShare: {
        const int128 whole = WeightOf(all);
        if (whole == 0) return std::nullopt;
        return RoundedQuotient(10'000 * WeightOf(units), whole);
      }
      case AskedKind::kRatio: {
        const int128 divisor = SumOfValues(ValuesIn(statistic.divisor, units));
        if (divisor == 0) return std::nullopt;
        const int shift = 4 + unit_.measures[statistic.divisor].decimals - own;
        return RoundedQuotient(SumOfValues(values) * TenTo(shift), divisor);
      }
    }
    return std::nullopt;
  }

  const RegisterWorld& world_;
  const AskedQuery& query_;
  const Register& unit_;
  std::vector<std::map<int, std::vector<ShownCode>>> shown_;  // per dimension and value
  std::vector<Unit> units_;                                   // that the query leaves
  std::map<std::vector<int>, std::vector<std::string>> rows_;  // by ranks
};

}  // namespace

Expected Evaluate(const RegisterWorld& world, const AskedQuery& query) { return Evaluator(world, query).Run(); }

}  // namespace kluis
