// A table as disclosure control reads it: who knows which cell, and how cells add up.
#ifndef KLUIS_DISCLOSURE_PROTECT_TABLE_VIEW_H_
#define KLUIS_DISCLOSURE_PROTECT_TABLE_VIEW_H_

#include <memory>
#include <string>
#include <vector>

#include "disclosure/table/grid.h"
#include "disclosure/table/aggregate_table.h"
#include "disclosure/table/relations.h"

namespace kluis {

struct TableView {
  // `table` must outlive the view.
  explicit TableView(const AggregateTable& table) : TableView(table, table.uses) {}
  // As what adds up measures sees it.
  static TableView OfSums(const AggregateTable& table) {
    return TableView(table, table.sum_uses.empty() ? table.uses : table.sum_uses);
  }

  size_t size() const { return table.keys.size(); }
  bool displayed(size_t cell) const { return uses_[cell] == CellUse::kDisplayed; }
  bool impossible(size_t cell) const { return uses_[cell] == CellUse::kImpossible; }
  bool hidden(size_t cell) const { return uses_[cell] == CellUse::kHidden; }
  // Nothing is known beforehand: no axis is mixed or confidential.
  bool ordinary() const { return !has_mixed && !has_confidential; }
  // The two readings of a mixed variable differ.
  bool two_readings() const { return has_mixed && has_confidential; }

  const AggregateTable& table;
  std::vector<Relation> relations;
  std::unique_ptr<const Grid> grid;  // null when the table has no axes, or far too many places
  bool has_mixed = false;
  bool has_confidential = false;
  // Per cell: the cell of its identifying support, with mixed variables struck out (`struck`) or
  // taken as identifying (`kept`); the cell itself where nothing is struck out, -1 when missing.
  // Cells that are one set of units (a parent all of whose children but one are impossible) have
  // the narrowest support of any of them, and what is known of one is known of all.
  std::vector<int> struck;
  std::vector<int> kept;
  std::vector<bool> identifying;  // every mixed and confidential axis at its total, or impossible
  std::vector<bool> known_kept;   // every confidential axis at its total, or impossible
  std::vector<bool> zero_public;  // a zero is no secret: every non-identifying code is marked so
  std::vector<bool> sensitive;    // some code is marked sensitive
  std::vector<bool> sensitive_kept;  // some code of a confidential variable is

  // Canonical: "axis=code|axis=code", the axes by name.
  std::string NameOf(size_t cell) const;
  // NameOf(cell) + "|" + variable, in place of what `name` held: for loops over all cells.
  void NameCell(size_t cell, const std::string& variable, std::string* name) const;
  // One per axis of the table.
  std::vector<std::string> CodesOf(size_t cell) const;

 private:
  TableView(const AggregateTable& table, const std::vector<CellUse>& uses);
  void ShareKnowledgeOfEqualCells();
  void AppendName(size_t cell, std::string* name) const;

  const std::vector<CellUse>& uses_;
  std::vector<int> axes_by_name_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_TABLE_VIEW_H_
