#include "disclosure/audit/sheets.h"

#include <iterator>
#include <utility>

#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

// Where the cells of a sheet stand in the system: listed ones and unlisted ones apart.
struct Place {
  int listed = 0, first = 0, first_unlisted = 0;

  int Of(int cell) const { return cell < listed ? first + cell : first_unlisted + (cell - listed); }
};

void Append(const Place& place, EquationSystem system, EquationSystem* all) {
  for (Equation& equation : system.equations) {
    equation.parent = place.Of(equation.parent);
    for (int& child : equation.children) child = place.Of(child);
    all->equations.push_back(std::move(equation));
  }
  all->unlisted += system.unlisted;
}

bool Names(const AuditRelation& relation, int cells) {
  for (const auto& term : relation.terms) {
    if (term.first < 0 || term.first >= cells) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<SheetSystem> JoinSheets(std::vector<AuditTable> sheets,
                                       std::vector<AuditRelation> links) {
  SheetSystem joined;
  if (sheets.empty()) return absl::InvalidArgumentError("there is no table");
  joined.table.integral = sheets[0].integral;
  joined.table.unlisted = sheets[0].unlisted;
  int cells = 0;
  for (const AuditTable& sheet : sheets) cells += static_cast<int>(sheet.cells.size());
  joined.table.cells.reserve(cells);
  for (AuditTable& sheet : sheets) {
    if (sheet.integral != joined.table.integral)
      return absl::InvalidArgumentError("only some tables are of whole numbers");
    KLUIS_ASSIGN_OR_RETURN(EquationSystem system, DeriveEquations(sheet));
    const Place place{.listed = static_cast<int>(sheet.cells.size()),
                      .first = joined.listed(),
                      .first_unlisted = cells + joined.system.unlisted};
    Append(place, std::move(system), &joined.system);
    for (AuditRelation& relation : sheet.relations) {
      if (!Names(relation, place.listed))
        return absl::InvalidArgumentError("a relation names a cell that is none");
      for (auto& term : relation.terms) term.first += place.first;
      joined.table.relations.push_back(std::move(relation));
    }
    std::move(sheet.cells.begin(), sheet.cells.end(), std::back_inserter(joined.table.cells));
    sheet = {};
  }
  for (AuditRelation& link : links) {
    if (!Names(link, cells))
      return absl::InvalidArgumentError("a relation names a cell that is none");
    joined.table.relations.push_back(std::move(link));
  }
  return joined;
}

}  // namespace kluis
