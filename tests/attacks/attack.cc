#include "tests/attacks/attack.h"

#include <algorithm>
#include <map>

#include "disclosure/base/decimal.h"
#include "disclosure/rules/magnitude.h"

namespace kluis {
namespace {

// A state of knowledge on identifying supports.
struct Reading {
  std::string name;
  std::vector<bool> known;
  std::vector<int> support;  // per cell; -1 when the table does not hold it
};

class Attackers {
 public:
  Attackers(const AggregateTable& table, const RuleSet& rules, const Published& published)
      : table_(table),
        rules_(rules),
        published_(published),
        n_(table.keys.size()),
        k_(rules.frequency.minimum + std::max(rules.frequency.coalition, 1) - 1) {
    for (size_t i = 0; i < n_; ++i) index_[table.keys[i]] = static_cast<int>(i);
    for (const Axis& axis : table.axes) {
      mixed_ |= axis.kind == VariableKind::kMixed;
      confidential_ |= axis.kind == VariableKind::kConfidential;
    }
    struck_ = ReadingOf("mixed variables unknown", true);
    kept_ = ReadingOf("mixed variables known", false);
  }

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

  bool Ordinary() const { return !mixed_ && !confidential_; }
  std::vector<bool> AllAxes() const { return std::vector<bool>(table_.axes.size(), true); }
  bool Displayed(size_t i) const { return table_.uses[i] == CellUse::kDisplayed; }
  bool Small(double contributors) const { return contributors > 0 && contributors < k_; }

  Reading ReadingOf(const std::string& name, bool strike_mixed) const {
    Reading reading{.name = name, .known = {}, .support = {}};
    for (const CellKey& key : table_.keys) {
      CellKey total = key;
      for (size_t a = 0; a < key.size(); ++a) {
        const VariableKind kind = table_.axes[a].kind;
        if (kind == VariableKind::kConfidential) total[a] = 0;
        if (kind == VariableKind::kMixed && strike_mixed) total[a] = 0;
      }
      const auto found = index_.find(total);
      reading.known.push_back(total == key && !Ordinary());
      reading.support.push_back(found == index_.end() ? -1 : found->second);
    }
    return reading;
  }

  std::vector<Reading> Readings() const {
    if (Ordinary()) {
      return {{.name = "nothing known",
               .known = std::vector<bool>(n_, false),
               .support = std::vector<int>(n_, -1)}};
    }
    if (mixed_ && confidential_) return {struck_, kept_};
    return {struck_};
  }

  // Rule 13: a row of too few units that everyone can name is blank, whatever it holds.
  bool Blank(size_t i, const std::vector<double>& contributors) const {
    if (Ordinary() || struck_.known[i]) return false;
    const auto small = [&](int support) { return support < 0 || Small(contributors[support]); };
    if (small(struck_.support[i])) return true;
    return mixed_ && confidential_ && !kept_.known[i] && small(kept_.support[i]);
  }

  bool ZeroSecret(size_t i) const {
    if (!rules_.frequency.protect_zeros || Ordinary()) return false;
    const CellKey& key = table_.keys[i];
    bool all_marked = true;
    for (size_t a = 0; a < key.size(); ++a) {
      if (key[a] == 0 || table_.axes[a].kind == VariableKind::kIdentifying) continue;
      all_marked &= table_.axes[a].categories[key[a]].zero_public;
    }
    return !all_marked;
  }

  // Some code is marked sensitive that is not known in the reading.
  bool Sensitive(size_t i, const Reading& reading) const {
    const CellKey& key = table_.keys[i];
    const CellKey& known = table_.keys[reading.support[i]];
    for (size_t a = 0; a < key.size(); ++a) {
      if (key[a] != known[a] && table_.axes[a].categories[key[a]].sensitive) return true;
    }
    return false;
  }

  // What "." cannot be less than. Who has to be kept off knows most, so a cell that is not zero
  // counts as one where zeros would have been shown.
  double Floor(const Count& count, size_t i) const {
    if (count.values[i] == 0 || !Displayed(i) || Blank(i, count.contributors)) return 0;
    const bool identifying = Ordinary() || struck_.known[i];
    return identifying || !ZeroSecret(i) ? 1 : 0;
  }

  // Rule 1, `exact`, where no cell is a secret by itself: no count may be computed from those that
  // are shown, whatever else is known of counts.
  bool SpanOnly() const { return !rules_.frequency.threshold && Ordinary(); }

  // Rule 1.
  Demand OfSmall(const std::string& rule, size_t i, double n, double floor) const {
    Demand demand{.cell = static_cast<int>(i), .rule = rule, .low = n - 1, .high = n + 1};
    if (SpanOnly()) {
      demand.low = n;
    } else if (rules_.frequency.threshold && n < k_) {
      demand.low = floor;
      demand.high = static_cast<double>(k_);
    } else if (rules_.frequency.threshold) {
      const auto percent = static_cast<int64_t>(n) * rules_.frequency.range_percent;
      const double level = std::max<double>(1, static_cast<double>((percent + 99) / 100));
      demand.low = n - level;
      demand.high = n + level;
    }
    demand.low = std::min(n, std::max(demand.low, floor));
    return demand;
  }

  std::string RuleOf(size_t i, double n, double contributors, bool blank) const {
    if (blank) return "row";
    if (Small(contributors)) return "frequency";
    return n == 0 && ZeroSecret(i) ? "zero" : "";
  }

  // Rule 4, in one reading.
  void DemandOfGroup(const Count& count, const Reading& reading, size_t i, Attack* attack) const {
    const int support = reading.support[i];
    if (!rules_.group_disclosure || support < 0 || !Sensitive(i, reading)) return;
    const absl::int128 share = rules_.group_disclosure->share_ppm;
    const auto safe = static_cast<double>(
        static_cast<int64_t>(static_cast<int64_t>(count.values[support]) * share / 1'000'000));
    const double n = count.values[i];
    if (n <= safe) return;
    attack->demands.push_back(
        {.cell = static_cast<int>(i), .rule = "group", .low = safe, .high = n});
  }

  void AddCounts(const Count& count) {
    for (const Reading& reading : Readings()) {
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
        if (!Ordinary() && NobodyIsThere(i)) attack.known[i] = true;
        if (attack.known[i]) continue;
        if (!Ordinary() && struck_.known[i]) continue;
        const std::string rule = RuleOf(i, n, count.contributors[i], Blank(i, count.contributors));
        if (!rule.empty()) attack.demands.push_back(OfSmall(rule, i, n, floor));
        if (count.group && rule.empty()) DemandOfGroup(count, reading, i, &attack);
      }
      attacks_.push_back(std::move(attack));
    }
    if (!Ordinary()) AddSupports(count);
  }

  // Displayed counts of identifying supports are protected among themselves.
  void AddSupports(const Count& count) {
    Attack attack{.variable = count.variable,
                  .attacker = "supports alone",
                  .integral = true,
                  .values = count.values,
                  .known = std::vector<bool>(n_, false),
                  .published = count.published,
                  .inside = struck_.known,
                  .bounds = {},
                  .additive = count.additive,
                  .demands = {},
                  .relaxable = true};
    for (size_t i = 0; i < n_; ++i) {
      const double floor = Floor(count, i);
      Range range{.low = floor, .high = kInfinity};
      if (!count.of_units) Tighten(i, struck_.known[i], &range);
      attack.bounds.push_back(range);
      if (count.values[i] == 0) attack.known[i] = true;
      if (!struck_.known[i] || !Displayed(i) || !Small(count.contributors[i])) continue;
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

  // Empty, as everyone knows: rule 2.
  bool NobodyIsThere(size_t i) const {
    const int support = Ordinary() ? -1 : struck_.support[i];
    return support >= 0 && table_.units[support].rows == 0;
  }

  // Cells of which the units are a secret, whatever is counted or summed over them.
  std::vector<std::string> Secrets(const std::vector<double>& rows,
                                   const std::vector<double>& contributors) const {
    std::vector<std::string> secrets;
    for (size_t i = 0; i < n_; ++i) {
      const bool support = !Ordinary() && struck_.known[i];
      std::string rule;
      if (support) rule = Displayed(i) && Small(contributors[i]) ? "frequency" : "";
      if (!support && !NobodyIsThere(i)) {
        rule = RuleOf(i, rows[i], contributors[i], Blank(i, contributors));
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
      attack.known.push_back(NobodyIsThere(i) ||
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
                               .weighted = table_.weighted, .any_sign = column.any_sign};
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
      const bool shown = Displayed(i) && published_.units[i];
      const bool counted = shown || (!Ordinary() && struck_.known[i]);
      attack.bounds.push_back({.low = 0, .high = counted ? static_cast<double>(rows) : kInfinity});
      attack.known[i] = NobodyIsThere(i);
      if (!Small(n)) continue;
      attack.demands.push_back(OfSmall("frequency", i, n, attack.bounds[i].low));
      if ((*secret)[i].empty()) (*secret)[i] = "frequency";
    }
    attacks_.push_back(std::move(attack));
  }

  const AggregateTable& table_;
  const RuleSet& rules_;
  const Published& published_;
  const size_t n_;
  const int64_t k_;
  bool mixed_ = false, confidential_ = false;
  std::map<CellKey, int> index_;
  Reading struck_, kept_;
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
