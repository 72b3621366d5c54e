#include "tests/attacks/audit.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// How cells hang together, for one table and one reasoning.
class Structure {
 public:
  Structure(const std::vector<Axis>& axes, const std::vector<CellKey>& keys)
      : axes_(axes), keys_(keys) {
    for (size_t i = 0; i < keys.size(); ++i) index_[keys[i]] = static_cast<int>(i);
    for (const Axis& axis : axes) {
      auto& children = children_.emplace_back(axis.categories.size());
      for (size_t c = 1; c < axis.categories.size(); ++c) {
        children[axis.categories[c].parent].push_back(static_cast<int>(c));
      }
    }
  }

  std::vector<Fact> CellFacts(const Attack& attack) const {
    std::vector<Fact> facts;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      for (size_t axis = 0; axis < axes_.size(); ++axis) {
        const std::vector<int> parts = PartsOf(keys_[cell], axis);
        if (parts.empty() || !Inside(attack, static_cast<int>(cell), parts)) continue;
        AddSum(static_cast<int>(cell), parts, attack.additive[axis], &facts);
      }
    }
    return facts;
  }

  // Columns behind the cells: the finest combinations of codes.
  std::vector<Fact> AtomFacts(const Attack& attack, int* columns) const {
    const std::vector<CellKey> atoms = LeafKeys(axes_);
    std::vector<int> column_of;
    *columns = static_cast<int>(keys_.size());
    for (const CellKey& atom : atoms) {
      const auto found = index_.find(atom);
      column_of.push_back(found == index_.end() ? (*columns)++ : found->second);
    }
    std::vector<Fact> facts;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      if (!attack.inside[cell]) continue;
      Fact fact{.terms = {{static_cast<int>(cell), -1.0}}};
      for (size_t a = 0; a < atoms.size(); ++a) {
        if (column_of[a] == static_cast<int>(cell)) fact.terms.clear();
        if (fact.terms.empty()) break;
        if (IsWithin(axes_, atoms[a], keys_[cell])) fact.terms.emplace_back(column_of[a], 1.0);
      }
      if (!fact.terms.empty()) facts.push_back(std::move(fact));
    }
    return facts;
  }

 private:
  static bool Inside(const Attack& attack, int cell, const std::vector<int>& parts) {
    return attack.inside[cell] &&
           std::all_of(parts.begin(), parts.end(), [&](int part) { return attack.inside[part]; });
  }

  // The cells that partition `key` along an axis: categories that the table does not hold give way
  // to their children. Empty when there are none.
  std::vector<int> PartsOf(const CellKey& key, size_t axis) const {
    std::vector<int> parts;
    const std::vector<int>& first = children_[axis][key[axis]];
    std::deque<int> open(first.begin(), first.end());
    CellKey part = key;
    while (!open.empty()) {
      part[axis] = open.front();
      open.pop_front();
      const auto found = index_.find(part);
      if (found != index_.end()) {
        parts.push_back(found->second);
        continue;
      }
      const std::vector<int>& below = children_[axis][part[axis]];
      if (below.empty()) return {};
      open.insert(open.end(), below.begin(), below.end());
    }
    return parts;
  }

  static void AddSum(int parent, const std::vector<int>& parts, bool additive,
                     std::vector<Fact>* facts) {
    Fact sum{.terms = {{parent, -1.0}}};
    for (const int part : parts) {
      sum.terms.emplace_back(part, 1.0);
      if (!additive) {
        facts->push_back({.terms = {{parent, 1.0}, {part, -1.0}}, .range = {0, kInfinity}});
      }
    }
    if (!additive) sum.range.high = kInfinity;
    facts->push_back(std::move(sum));
  }

  const std::vector<Axis>& axes_;
  const std::vector<CellKey>& keys_;
  std::map<CellKey, int> index_;
  std::vector<std::vector<std::vector<int>>> children_;
};

// Plays one attack, or a pair of which the columns stand behind each other.
class Player {
 public:
  Player(const Structure& structure, const Attack& attack, Reasoning reasoning)
      : attacks_{&attack}, cells_(attack.values.size()), columns_(static_cast<int>(cells_)) {
    const bool additive =
        std::all_of(attack.additive.begin(), attack.additive.end(), [](bool a) { return a; });
    facts_ = reasoning == Reasoning::kRefinement && additive
                 ? structure.AtomFacts(attack, &columns_)
                 : structure.CellFacts(attack);
  }

  Player(const Structure& structure, const Attack& whole, const Attack& part)
      : attacks_{&whole, &part},
        cells_(whole.values.size()),
        columns_(static_cast<int>(2 * cells_)),
        facts_(structure.CellFacts(whole)) {
    const int offset = static_cast<int>(cells_);
    for (Fact fact : structure.CellFacts(part)) {
      for (auto& term : fact.terms) term.first += offset;
      facts_.push_back(std::move(fact));
    }
    for (int i = 0; i < offset; ++i) {
      facts_.push_back({.terms = {{i, 1.0}, {offset + i, -1.0}}, .range = {0, kInfinity}});
    }
  }

  void Play(bool first_only, AttackResult* result) {
    if (std::all_of(attacks_.begin(), attacks_.end(),
                    [](const Attack* attack) { return attack->demands.empty(); })) {
      return;
    }
    informed_ = Informed(false);
    if (!informed_->IsPossible()) {
      ++result->impossible;
      return;
    }
    for (size_t a = 0; a < attacks_.size(); ++a) {
      for (const Demand& demand : attacks_[a]->demands) {
        Check(*attacks_[a], demand, static_cast<int>(a * cells_), result);
        if (first_only && !result->breaches.empty()) return;
      }
    }
  }

 private:
  std::unique_ptr<Polyhedron> Informed(bool zeros_alone) const {
    std::vector<Range> columns;
    for (const Attack* attack : attacks_) AddColumns(*attack, zeros_alone, &columns);
    const Attack& first = *attacks_[0];
    const bool any_sign = !first.bounds.empty() && first.bounds[0].low < 0;
    columns.resize(columns_, {.low = any_sign ? -kInfinity : 0, .high = kInfinity});
    return std::make_unique<Polyhedron>(std::move(columns), facts_, first.integral);
  }

  static void AddColumns(const Attack& attack, bool zeros_alone, std::vector<Range>* columns) {
    std::vector<bool> secret(attack.values.size(), false);
    for (const Demand& demand : attack.demands) secret[demand.cell] = true;
    for (size_t i = 0; i < attack.values.size(); ++i) {
      const double value = attack.values[i];
      const bool shown = attack.published[i] && (!zeros_alone || (value == 0 && !secret[i]));
      if (!attack.inside[i]) {
        columns->emplace_back();
      } else {
        columns->push_back(attack.known[i] || shown ? Range{value, value} : attack.bounds[i]);
      }
    }
  }

  static bool Reaches(const Attack& attack, double reached, double limit, int sign) {
    const double tolerance = attack.integral ? 0 : 1e-6 * std::max(1.0, std::abs(limit));
    return (limit - reached) * sign <= tolerance;
  }

  void Check(const Attack& attack, const Demand& demand, int offset, AttackResult* result) {
    ++result->demands;
    const int column = offset + demand.cell;
    const double limits[2] = {demand.low, demand.high};
    double found[2];
    bool met = true, relaxed = false;
    for (const int side : {0, 1}) {
      const int sign = side == 0 ? -1 : 1;
      const Reach reach = informed_->Furthest(column, sign, limits[side]);
      found[side] = reach.value;
      if (!reach.proven) ++result->undecided;
      if (Reaches(attack, reach.value, limits[side], sign)) continue;
      relaxed = attack.relaxable;
      met &= relaxed && Reaches(attack, reach.value, Ignorant(column, sign, limits[side]), sign);
    }
    if (relaxed && found[0] == found[1]) {
      met &= Ignorant(column, -1, limits[0]) == Ignorant(column, 1, limits[1]);
    }
    if (relaxed && met) ++result->relaxed;
    if (met) return;
    result->breaches.push_back({.variable = attack.variable,
                                .attacker = attack.attacker,
                                .rule = demand.rule,
                                .cell = demand.cell,
                                .value = attack.values[demand.cell],
                                .required_low = demand.low,
                                .required_high = demand.high,
                                .found_low = found[0],
                                .found_high = found[1]});
  }

  // How far the cell goes when nothing is published but zeros that are no secret.
  double Ignorant(int column, int sign, double limit) {
    if (ignorant_ == nullptr) ignorant_ = Informed(true);
    return ignorant_->Furthest(column, sign, limit).value;
  }

  const std::vector<const Attack*> attacks_;
  const size_t cells_;
  int columns_;
  std::vector<Fact> facts_;
  std::unique_ptr<Polyhedron> informed_, ignorant_;
};

}  // namespace

std::string Describe(const Breach& breach) {
  return absl::StrCat(breach.variable, " of cell ", breach.cell, " is ", breach.value, " (",
                      breach.rule, "); an attacker with ", breach.attacker, " finds [",
                      breach.found_low, ", ", breach.found_high, "], required [",
                      breach.required_low, ", ", breach.required_high, "]");
}

AttackResult Audit(const std::vector<Axis>& axes, const std::vector<CellKey>& keys,
                  const std::vector<Attack>& attacks, Reasoning reasoning, bool first_only) {
  const Structure structure(axes, keys);
  AttackResult result;
  for (const Attack& attack : attacks) {
    Player(structure, attack, reasoning).Play(first_only, &result);
    if (first_only && !result.breaches.empty()) break;
  }
  return result;
}

AttackResult AuditPairs(const std::vector<Axis>& axes, const std::vector<CellKey>& keys,
                       const std::vector<std::pair<Attack, Attack>>& pairs) {
  const Structure structure(axes, keys);
  AttackResult result;
  for (const auto& [whole, part] : pairs) Player(structure, whole, part).Play(false, &result);
  return result;
}

std::vector<std::pair<Attack, Attack>> PairsOf(const std::vector<Attack>& attacks) {
  std::vector<std::pair<Attack, Attack>> pairs;
  for (const Attack& whole : attacks) {
    if (whole.variable != "units") continue;
    for (const Attack& part : attacks) {
      const bool distinct = part.variable.rfind("distinct:", 0) == 0;
      if (distinct && part.attacker == whole.attacker) pairs.emplace_back(whole, part);
    }
  }
  return pairs;
}

std::vector<Attack> InsiderAttacksOn(const Instance& instance, const Published& published,
                                     Insight insight) {
  const AggregateTable& table = instance.table;
  std::vector<Attack> attacks;
  const std::vector<Attack> outside = AttacksOn(table, instance.rules, published);
  for (size_t m = 0; m < table.measures.size(); ++m) {
    const auto base = std::find_if(outside.begin(), outside.end(), [&](const Attack& attack) {
      return attack.variable == table.measures[m].name;
    });
    std::map<int64_t, std::map<int, double>> gave;  // contributor -> cell -> amount
    for (const Unit& person : instance.persons) {
      if (!person.has_value || person.value == 0) continue;
      for (size_t i = 0; i < table.keys.size(); ++i) {
        if (!IsWithin(table.axes, person.codes, table.keys[i])) continue;
        gave[person.contributor][static_cast<int>(i)] +=
            static_cast<double>(person.value * person.weight);
      }
    }
    for (const auto& [contributor, amounts] : gave) {
      Attack attack = *base;
      attack.attacker = absl::StrCat("contributor ", contributor);
      bool knows_more = false;
      for (const auto& [cell, amount] : amounts) {
        if (attack.published[cell] || attack.known[cell]) continue;
        const bool alone = amount != 0 && table.measures[m].cells[cell].contributors == 1;
        if (alone) attack.known[cell] = true;
        const bool bounded = insight == Insight::kOwn && !table.measures[m].any_sign;
        if (!alone && bounded) attack.bounds[cell].low = amount;
        knows_more |= alone || bounded;
      }
      attack.demands.erase(std::remove_if(attack.demands.begin(), attack.demands.end(),
                                          [&, &own = amounts](const Demand& demand) {
                                            const bool nobody =
                                                table.measures[m].cells[demand.cell].contributors ==
                                                0;
                                            return nobody || own.count(demand.cell) > 0;
                                          }),
                           attack.demands.end());
      for (Demand& demand : attack.demands) {
        demand.low = std::max(demand.low, attack.bounds[demand.cell].low);
      }
      if (knows_more) attacks.push_back(std::move(attack));
    }
  }
  return attacks;
}

}  // namespace kluis
