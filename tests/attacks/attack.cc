#include "tests/attacks/attack.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/base/decimal.h"
#include "disclosure/rules/magnitude.h"
#include "tests/attacks/readings.h"

namespace kluis {
namespace {

class Attackers {
 public:
  Attackers(const AggregateTable& table, const RuleSet& rules, const Published& published)
      : table_(table),
        rules_(rules),
        published_(published),
        readings_(table, rules),
        n_(table.keys.size()) {}

  std::vector<Attack> All() {
    std::vector<double> rows, contributors;
    for (const UnitCount& unit : table_.units) {
      rows.push_back(static_cast<double>(unit.rows));
      contributors.push_back(static_cast<double>(unit.contributors));
    }
    AddCounts({.variable = "units",
               .values = rows,
               .contributors = contributors,
               .published = published_.units,
               .additive = AllAxes(),
               .group = true});
    secret_ = Secrets(rows, contributors);
    for (size_t d = 0; d < table_.distincts.size(); ++d) AddDistinct(d);
    if (table_.weighted) AddWeighted();
    for (size_t m = 0; m < table_.measures.size(); ++m) AddMeasure(m);
    return std::move(attacks_);
  }

 private:
  struct Count {
    std::string variable;
    std::vector<double> values, contributors;
    std::vector<bool> published;
    std::vector<bool> additive;
    bool group = false;
    bool of_units = true;  // the count itself; else of some units of the cell
  };

  std::vector<bool> AllAxes() const { return std::vector<bool>(table_.axes.size(), true); }

  // What "." cannot be less than. Who has to be kept off knows most, so a cell that is not zero
  // counts as one where zeros would have been shown.
  double Floor(const Count& count, size_t i) const {
    if (count.values[i] == 0 || !readings_.Displayed(i)) return 0;
    if (readings_.Blank(i, count.contributors)) return 0;
    const bool identifying = readings_.Ordinary() || readings_.supports()[i];
    return identifying || !readings_.ZeroSecret(i) ? 1 : 0;
  }

  // Rule 1, `exact`, where no cell is a secret by itself: no count may be computed from those that
  // are shown, whatever else is known of counts.
  bool SpanOnly() const { return !rules_.frequency.threshold && readings_.Ordinary(); }

  // Rule 1.
  Demand OfSmall(const std::string& rule, size_t i, double n, double floor) const {
    Demand demand{.cell = static_cast<int>(i), .rule = rule, .low = n - 1, .high = n + 1};
    if (SpanOnly()) {
      demand.low = n;
    } else if (rules_.frequency.threshold && n < readings_.enough()) {
      demand.low = floor;
      demand.high = static_cast<double>(readings_.enough());
    } else if (rules_.frequency.threshold) {
      const auto percent = static_cast<int64_t>(n) * rules_.frequency.range_percent;
      const double level = std::max<double>(1, static_cast<double>((percent + 99) / 100));
      demand.low = n - level;
      demand.high = n + level;
    }
    demand.low = std::min(n, std::max(demand.low, floor));
    return demand;
  }

  // Rule 4, in one reading.
  void DemandOfGroup(const Count& count, const Reading& reading, size_t i, Attack* attack) const {
    const int support = reading.support[i];
    if (!rules_.group_disclosure || support < 0 || !readings_.Sensitive(i, reading)) return;
    const absl::int128 share = rules_.group_disclosure->share_ppm;
    const auto safe = static_cast<double>(
        static_cast<int64_t>(static_cast<int64_t>(count.values[support]) * share / 1'000'000));
    const double n = count.values[i];
    if (n <= safe) return;
    attack->demands.push_back(
        {.cell = static_cast<int>(i), .rule = "group", .low = safe, .high = n});
  }

  void AddCounts(const Count& count) {
    for (const Reading& reading : readings_.All()) {
      Attack attack{.variable = count.variable,
                    .attacker = reading.name,
                    .integral = !SpanOnly(),
                    .values = count.values,
                    .known = reading.known,
                    .published = count.published,
                    .inside = std::vector<bool>(n_, true),
                    .bounds = {},
                    .additive = count.additive,
                    .demands = {},
                    .relaxable = true};
      for (size_t i = 0; i < n_; ++i) {
        const double n = count.values[i];
        const double floor = Floor(count, i);
        Range range{.low = floor, .high = kInfinity};
        if (reading.support[i] >= 0) range.high = count.values[reading.support[i]];
        if (!count.of_units) Tighten(i, reading.known[i], &range);
        if (SpanOnly()) range = {.low = -kInfinity, .high = kInfinity};
        attack.bounds.push_back(range);
        if (!readings_.Ordinary() && readings_.NobodyIsThere(i)) attack.known[i] = true;
        if (attack.known[i]) continue;
        if (readings_.supports()[i]) continue;
        const std::string rule =
            readings_.RuleOf(i, n, count.contributors[i], readings_.Blank(i, count.contributors));
        if (!rule.empty()) attack.demands.push_back(OfSmall(rule, i, n, floor));
        if (count.group && rule.empty()) DemandOfGroup(count, reading, i, &attack);
      }
      attacks_.push_back(std::move(attack));
    }
    if (!readings_.Ordinary()) AddSupports(count);
  }

  // Displayed counts of identifying supports are protected among themselves.
  void AddSupports(const Count& count) {
    Attack attack{.variable = count.variable,
                  .attacker = "supports alone",
                  .integral = true,
                  .values = count.values,
                  .known = std::vector<bool>(n_, false),
                  .published = count.published,
                  .inside = readings_.supports(),
                  .bounds = {},
                  .additive = count.additive,
                  .demands = {},
                  .relaxable = true};
    for (size_t i = 0; i < n_; ++i) {
      const double floor = Floor(count, i);
      Range range{.low = floor, .high = kInfinity};
      if (!count.of_units) Tighten(i, readings_.supports()[i], &range);
      attack.bounds.push_back(range);
      if (count.values[i] == 0) attack.known[i] = true;
      if (!readings_.supports()[i] || !readings_.Displayed(i)) continue;
      if (!readings_.Small(count.contributors[i])) continue;
      attack.demands.push_back(OfSmall("frequency", i, count.values[i], floor));
    }
    attacks_.push_back(std::move(attack));
  }

  // A count of what units belong to, beside the number of units: none without units, and at least
  // one with some.
  void Tighten(size_t i, bool known, Range* range) const {
    if (!published_.units[i] && !known) return;
    const auto rows = static_cast<double>(table_.units[i].rows);
    range->high = std::min(range->high, rows);
    if (rows > 0) range->low = std::max(range->low, 1.0);
  }

  // Cells of which the units are a secret, whatever is counted or summed over them.
  std::vector<std::string> Secrets(const std::vector<double>& rows,
                                   const std::vector<double>& contributors) const {
    std::vector<std::string> secrets;
    for (size_t i = 0; i < n_; ++i) {
      const bool support = readings_.supports()[i];
      std::string rule;
      if (support && readings_.Displayed(i) && readings_.Small(contributors[i])) rule = "frequency";
      if (!support && !readings_.NobodyIsThere(i)) {
        rule = readings_.RuleOf(i, rows[i], contributors[i], readings_.Blank(i, contributors));
      }
      secrets.push_back(rule);
    }
    return secrets;
  }

  void AddDistinct(size_t d) {
    const DistinctColumn& column = table_.distincts[d];
    const std::vector<double> values(column.cells.begin(), column.cells.end());
    AddCounts({.variable = "distinct:" + column.name,
               .values = values,
               .contributors = values,
               .published = published_.distincts[d],
               .additive = column.additive,
               .group = false,
               .of_units = false});
  }

  Attack Magnitude(const std::string& variable, bool any_sign,
                   const std::vector<bool>& published) const {
    Attack attack{.variable = variable,
                  .attacker = "anyone",
                  .integral = false,
                  .values = {},
                  .known = {},
                  .published = published,
                  .inside = std::vector<bool>(n_, true),
                  .bounds = {},
                  .additive = AllAxes(),
                  .demands = {},
                  .relaxable = false};
    for (size_t i = 0; i < n_; ++i) {
      attack.bounds.push_back({.low = any_sign ? -kInfinity : 0, .high = kInfinity});
      attack.known.push_back(readings_.NobodyIsThere(i) ||
                             (published_.units[i] && table_.units[i].rows == 0));
    }
    return attack;
  }

  void DemandLevels(size_t i, const std::string& rule, absl::int128 lower, absl::int128 upper,
                    Attack* attack) const {
    if (attack->known[i]) return;
    const bool interval = rules_.secondary.interval;
    const double value = attack->values[i];
    attack->demands.push_back(
        {.cell = static_cast<int>(i),
         .rule = rule,
         .low = std::max(value - (interval ? ToDouble(lower) : 1), attack->bounds[i].low),
         .high = value + (interval ? ToDouble(upper) : 1)});
  }

  void AddWeighted() {
    Attack attack = Magnitude("weighted", false, published_.units);
    for (size_t i = 0; i < n_; ++i) {
      const absl::int128 weight = table_.units[i].weight;
      attack.values.push_back(ToDouble(weight));
      if (secret_[i].empty()) continue;
      const absl::int128 unit = PowerOfTen(table_.weight_decimals);
      const absl::int128 range = (weight * rules_.frequency.range_percent + 99) / 100;
      const absl::int128 level = std::max(unit, range);
      DemandLevels(i, secret_[i], level, level, &attack);
    }
    attacks_.push_back(std::move(attack));
  }

  bool Shows(StatisticKind kind, int variable) const {
    return std::any_of(table_.shape.statistics.begin(), table_.shape.statistics.end(),
                       [&](const StatisticColumn& column) {
                         return column.kind == kind && column.variable == variable;
                       });
  }

  void AddMeasure(size_t m) {
    const MeasureColumn& column = table_.measures[m];
    const int variable = static_cast<int>(m);
    std::vector<std::string> secret = secret_;
    if (HasMissing(column) && Shows(StatisticKind::kSum, variable) &&
        Shows(StatisticKind::kAverage, variable)) {
      AddPart("values:" + column.name, m, true, &secret);
      AddPart("missing:" + column.name, m, false, &secret);
    }
    Attack attack = Magnitude(column.name, column.any_sign, published_.measures[m]);
    const MagnitudeUnits units{.decimals = column.decimals,
                               .weight_decimals = table_.weight_decimals,
                               .weighted = table_.weighted,
                               .any_sign = column.any_sign};
    for (size_t i = 0; i < n_; ++i) {
      const Contributions& cell = column.cells[i];
      attack.values.push_back(ToDouble(cell.total));
      MagnitudeVerdict verdict = JudgeMagnitude(cell, units, rules_);
      if (verdict.rule.empty()) verdict.rule = secret[i];
      if (verdict.rule.empty()) continue;
      if (!verdict.level.sensitive) {
        verdict.level = FrequencyOnlyLevel(cell, units, rules_);
      }
      DemandLevels(i, verdict.rule, verdict.level.lower_level, verdict.level.upper_level, &attack);
    }
    attacks_.push_back(std::move(attack));
  }

  bool HasMissing(const MeasureColumn& column) const {
    for (size_t i = 0; i < n_; ++i) {
      if (column.cells[i].rows != table_.units[i].rows) return true;
    }
    return false;
  }

  // A sum over its mean is the number of rows with a value, and so tells how many have none.
  void AddPart(const std::string& variable, size_t m, bool with_value,
               std::vector<std::string>* secret) {
    Attack attack{.variable = variable,
                  .attacker = "anyone",
                  .integral = true,
                  .values = {},
                  .known = std::vector<bool>(n_, false),
                  .published = published_.measures[m],
                  .inside = std::vector<bool>(n_, true),
                  .bounds = {},
                  .additive = AllAxes(),
                  .demands = {},
                  .relaxable = true};
    for (size_t i = 0; i < n_; ++i) {
      const int64_t rows = table_.units[i].rows, valued = table_.measures[m].cells[i].rows;
      const auto n = static_cast<double>(with_value ? valued : rows - valued);
      attack.values.push_back(n);
      const bool shown = readings_.Displayed(i) && published_.units[i];
      const bool counted = shown || readings_.supports()[i];
      attack.bounds.push_back({.low = 0, .high = counted ? static_cast<double>(rows) : kInfinity});
      attack.known[i] = readings_.NobodyIsThere(i);
      if (!readings_.Small(n)) continue;
      attack.demands.push_back(OfSmall("frequency", i, n, attack.bounds[i].low));
      if ((*secret)[i].empty()) (*secret)[i] = "frequency";
    }
    attacks_.push_back(std::move(attack));
  }

  const AggregateTable& table_;
  const RuleSet& rules_;
  const Published& published_;
  const Readings readings_;
  const size_t n_;
  std::vector<std::string> secret_;
  std::vector<Attack> attacks_;
};

}  // namespace

Published PublishedIn(const AggregateTable& table, const ProtectedTable& release) {
  const std::vector<bool> none(table.keys.size(), false);
  Published published{.units = none,
                      .distincts = std::vector<std::vector<bool>>(table.distincts.size(), none),
                      .measures = std::vector<std::vector<bool>>(table.measures.size(), none)};
  const ReleaseShape& shape = release.shape();
  for (size_t row = 0; row < shape.rows.size(); ++row) {
    for (size_t s = 0; s < shape.statistics.size(); ++s) {
      if (release.values()[row][s].status == ValueStatus::kSuppressed) continue;
      const StatisticColumn& column = shape.statistics[s];
      const int cell = shape.rows[row].cell;
      if (column.kind == StatisticKind::kCount) {
        published.units[cell] = true;
      } else if (column.kind == StatisticKind::kCountDistinct) {
        published.distincts[column.variable][cell] = true;
      } else {
        published.measures[column.variable][cell] = true;
      }
    }
  }
  return published;
}

std::vector<Attack> AttacksOn(const AggregateTable& table, const RuleSet& rules,
                              const Published& published) {
  return Attackers(table, rules, published).All();
}

}  // namespace kluis
