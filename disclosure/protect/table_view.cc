#include "disclosure/protect/table_view.h"

#include <algorithm>
#include <numeric>

#include "disclosure/protect/canonical.h"
#include "disclosure/table/cell_index.h"

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

// How much a support says: the axes on which it is not the total; -1 when it is missing.
int Detail(const std::vector<CellKey>& keys, int cell) {
  if (cell < 0) return -1;
  const CellKey& key = keys[cell];
  return static_cast<int>(key.size() - std::count(key.begin(), key.end(), 0));
}

// Union-find over cells.
class EqualCells {
 public:
  explicit EqualCells(size_t cells) : above_(cells) { std::iota(above_.begin(), above_.end(), 0); }
  int Root(int cell) {
    while (above_[cell] != cell) cell = above_[cell] = above_[above_[cell]];
    return cell;
  }
  void Join(int a, int b) { above_[Root(a)] = Root(b); }

 private:
  std::vector<int> above_;
};

// The only child of a relation in which a unit can be; -1 when there are more, or when none of the
// children is impossible.
int OnlyPossible(const TableView& view, const Relation& relation) {
  int possible = 0, last = -1;
  for (const int child : relation.children) {
    if (view.impossible(child)) continue;
    ++possible;
    last = child;
  }
  return possible == 1 && relation.children.size() > 1 ? last : -1;
}

}  // namespace

TableView::TableView(const AggregateTable& t, const std::vector<CellUse>& uses)
    : table(t),
      relations(BuildRelations(t.axes, t.keys)),
      grid(Grid::Create(t.axes, t.keys)),
      uses_(uses),
      axes_by_name_(AxesByName(t)) {
  const CellIndex index(t.axes, t.keys);
  for (const Axis& axis : t.axes) {
    has_mixed |= axis.kind == VariableKind::kMixed;
    has_confidential |= axis.kind == VariableKind::kConfidential;
  }
  for (const CellKey& key : t.keys) {
    const int cell = static_cast<int>(struck.size());
    struck.push_back(ordinary() ? cell : index.Find(WithTotals(key, t.axes, true)));
    kept.push_back(has_confidential ? index.Find(WithTotals(key, t.axes, false)) : cell);
    identifying.push_back(impossible(cell) || struck.back() == cell);
    known_kept.push_back(impossible(cell) || kept.back() == cell);
    bool is_public = true, is_sensitive = false, is_sensitive_kept = false;
    for (size_t a = 0; a < t.axes.size(); ++a) {
      const Category& category = t.axes[a].categories[key[a]];
      if (key[a] != 0 && category.sensitive) {
        is_sensitive = true;
        is_sensitive_kept |= t.axes[a].kind == VariableKind::kConfidential;
      }
      if (key[a] != 0 && t.axes[a].kind != VariableKind::kIdentifying) {
        is_public &= category.zero_public;
      }
    }
    zero_public.push_back(is_public);
    sensitive.push_back(is_sensitive);
    sensitive_kept.push_back(is_sensitive_kept);
  }
  ShareKnowledgeOfEqualCells();
}

void TableView::ShareKnowledgeOfEqualCells() {
  EqualCells equal(size());
  for (const Relation& relation : relations) {
    const int only = OnlyPossible(*this, relation);
    if (only >= 0) equal.Join(relation.parent, only);
  }
  const auto take = [&](size_t from, size_t to) {
    for (std::vector<int>* support : {&struck, &kept}) {
      int& known = (*support)[to];
      const int other = (*support)[from];
      if (Detail(table.keys, other) > Detail(table.keys, known)) known = other;
    }
    if (identifying[from]) identifying[to] = true;
    if (known_kept[from]) known_kept[to] = true;
  };
  for (size_t i = 0; i < size(); ++i) take(i, equal.Root(static_cast<int>(i)));
  for (size_t i = 0; i < size(); ++i) take(equal.Root(static_cast<int>(i)), i);
}

std::string TableView::NameOf(size_t cell) const {
  std::string name;
  AppendName(cell, &name);
  return name;
}

void TableView::AppendName(size_t cell, std::string* name) const {
  const CellKey& key = table.keys[cell];
  for (const int a : axes_by_name_) {
    const Axis& axis = table.axes[a];
    if (!name->empty()) name->push_back('|');
    name->append(axis.name).push_back('=');
    name->append(axis.categories[key[a]].code);
  }
}

void TableView::NameCell(size_t cell, const std::string& variable, std::string* name) const {
  name->clear();
  AppendName(cell, name);
  name->push_back('|');
  name->append(variable);
}

std::vector<std::string> TableView::CodesOf(size_t cell) const {
  std::vector<std::string> codes;
  for (size_t a = 0; a < table.axes.size(); ++a) {
    codes.push_back(table.axes[a].categories[table.keys[cell][a]].code);
  }
  return codes;
}

}  // namespace kluis
