#include "disclosure/protect/table_view.h"

#include <map>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

CellKey WithTotals(CellKey key, const std::vector<Axis>& axes, bool mixed) {
  for (size_t a = 0; a < axes.size(); ++a) {
    const bool strike = axes[a].kind == VariableKind::kConfidential ||
                        (mixed && axes[a].kind == VariableKind::kMixed);
    if (strike) key[a] = 0;
  }
  return key;
}

int Find(const std::map<CellKey, int>& index, const CellKey& key) {
  const auto found = index.find(key);
  return found == index.end() ? -1 : found->second;
}

}  // namespace

TableView::TableView(const AggregateTable& t)
    : table(t), relations(BuildRelations(t.axes, t.keys)) {
  std::map<CellKey, int> index;
  for (size_t i = 0; i < t.keys.size(); ++i) index[t.keys[i]] = static_cast<int>(i);
  for (const Axis& axis : t.axes) {
    has_mixed |= axis.kind == VariableKind::kMixed;
    has_confidential |= axis.kind == VariableKind::kConfidential;
  }
  for (const CellKey& key : t.keys) {
    struck.push_back(Find(index, WithTotals(key, t.axes, true)));
    kept.push_back(Find(index, WithTotals(key, t.axes, false)));
    identifying.push_back(WithTotals(key, t.axes, true) == key);
    known_kept.push_back(WithTotals(key, t.axes, false) == key);
    bool is_public = true, is_sensitive = false, is_sensitive_kept = false;
    std::string name;
    for (size_t a = 0; a < t.axes.size(); ++a) {
      const Category& category = t.axes[a].categories[key[a]];
      if (key[a] != 0 && category.sensitive) {
        is_sensitive = true;
        is_sensitive_kept |= t.axes[a].kind == VariableKind::kConfidential;
      }
      if (key[a] != 0 && t.axes[a].kind != VariableKind::kIdentifying) {
        is_public &= category.zero_public;
      }
      absl::StrAppend(&name, a == 0 ? "" : "|", t.axes[a].name, "=", category.code);
    }
    zero_public.push_back(is_public);
    sensitive.push_back(is_sensitive);
    sensitive_kept.push_back(is_sensitive_kept);
    names.push_back(std::move(name));
  }
}

}  // namespace kluis
