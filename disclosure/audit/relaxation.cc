#include "disclosure/audit/relaxation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {

absl::StatusOr<Relaxation::State*> Relaxation::Make(bool open) {
  std::unique_ptr<State>& state = open ? open_ : shown_;
  if (state != nullptr) return state.get();
  AuditTable table = system_.table;
  for (size_t i = 0; open && i < table.cells.size(); ++i) table.cells[i].shown = constant_[i];
  state = std::make_unique<State>();
  KLUIS_ASSIGN_OR_RETURN(state->unknowns, FindUnknowns(table, system_.system));
  state->programs.resize(state->unknowns.components);
  return state.get();
}

double Relaxation::ByRows(const State& state, const SheetSystem& system, int cell, int sign) {
  const int column = state.unknowns.column_of[cell];
  if (column < 0) return 0;
  const AuditInterval& left = state.unknowns.narrow[column];
  const double value = ToDouble(system.table.cells[cell].value);
  return sign > 0 ? left.high - value : value - left.low;
}

absl::StatusOr<double> Relaxation::ByProgram(State* state, int cell, int sign) {
  const Unknowns& unknowns = state->unknowns;
  const int column = unknowns.column_of[cell];
  const int component = column < 0 ? -1 : unknowns.component[column];
  if (component < 0) return ByRows(*state, system_, cell, sign);
  std::unique_ptr<IntervalLp>& program = state->programs[component];
  if (program == nullptr) {
    std::vector<int> columns;
    for (size_t c = 0; c < unknowns.component.size(); ++c) {
      if (unknowns.component[c] == component) columns.push_back(static_cast<int>(c));
    }
    program = std::make_unique<IntervalLp>(unknowns, columns, unknowns.Constants());
    KLUIS_RETURN_IF_ERROR(program->Start());
  }
  KLUIS_ASSIGN_OR_RETURN(const double end, program->Extreme(column, sign));
  ++programs_;
  const double reach = sign * (end - ToDouble(system_.table.cells[cell].value));
  return system_.table.integral && std::isfinite(reach) ? std::floor(reach + 1e-5) : reach;
}

absl::StatusOr<bool> Relaxation::MustGiveWay(int cell, int sign, double wanted, double reached) {
  const double slack = system_.table.integral ? 0.5 : 1e-7 + 1e-9 * std::abs(wanted);
  KLUIS_ASSIGN_OR_RETURN(State* const open, Make(true));
  double most = std::min(wanted, ByRows(*open, system_, cell, sign));
  if (most <= reached + slack) return true;
  KLUIS_ASSIGN_OR_RETURN(const double left, ByProgram(open, cell, sign));
  most = std::min(most, left);
  if (most <= reached + slack) return true;
  KLUIS_ASSIGN_OR_RETURN(State* const shown, Make(false));
  if (ByRows(*shown, system_, cell, sign) < most - slack) return false;
  KLUIS_ASSIGN_OR_RETURN(const double now, ByProgram(shown, cell, sign));
  return now >= most - slack;
}

}  // namespace kluis
