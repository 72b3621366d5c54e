#include "tests/attacks/readings.h"

#include <algorithm>

namespace kluis {

Readings::Readings(const AggregateTable& table, const RuleSet& rules)
    : table_(table),
      rules_(rules),
      enough_(rules.frequency.minimum + std::max(rules.frequency.coalition, 1) - 1) {
  for (size_t i = 0; i < table.keys.size(); ++i) index_[table.keys[i]] = static_cast<int>(i);
  for (const Axis& axis : table.axes) {
    mixed_ |= axis.kind == VariableKind::kMixed;
    confidential_ |= axis.kind == VariableKind::kConfidential;
  }
  struck_ = ReadingOf("mixed variables unknown", true);
  kept_ = ReadingOf("mixed variables known", false);
}

std::vector<Reading> Readings::All() const {
  if (Ordinary()) {
    return {{.name = "nothing known",
             .known = std::vector<bool>(table_.keys.size(), false),
             .support = std::vector<int>(table_.keys.size(), -1)}};
  }
  if (mixed_ && confidential_) return {struck_, kept_};
  return {struck_};
}

bool Readings::Blank(size_t i, const std::vector<double>& contributors) const {
  if (Ordinary() || struck_.known[i]) return false;
  const auto small = [&](int support) { return support < 0 || Small(contributors[support]); };
  if (small(struck_.support[i])) return true;
  return mixed_ && confidential_ && !kept_.known[i] && small(kept_.support[i]);
}

bool Readings::ZeroSecret(size_t i) const {
  if (!rules_.frequency.protect_zeros || Ordinary()) return false;
  const CellKey& key = table_.keys[i];
  bool all_marked = true;
  for (size_t a = 0; a < key.size(); ++a) {
    if (key[a] == 0 || table_.axes[a].kind == VariableKind::kIdentifying) continue;
    all_marked &= table_.axes[a].categories[key[a]].zero_public;
  }
  return !all_marked;
}

bool Readings::Sensitive(size_t i, const Reading& reading) const {
  const CellKey& key = table_.keys[i];
  const CellKey& known = table_.keys[reading.support[i]];
  for (size_t a = 0; a < key.size(); ++a) {
    if (key[a] != known[a] && table_.axes[a].categories[key[a]].sensitive) return true;
  }
  return false;
}

bool Readings::NobodyIsThere(size_t i) const {
  const int support = Ordinary() ? -1 : struck_.support[i];
  return support >= 0 && table_.units[support].rows == 0;
}

std::string Readings::RuleOf(size_t i, double n, double contributors, bool blank) const {
  if (blank) return "row";
  if (Small(contributors)) return "frequency";
  return n == 0 && ZeroSecret(i) ? "zero" : "";
}

Reading Readings::ReadingOf(const std::string& name, bool strike_mixed) const {
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

}  // namespace kluis
