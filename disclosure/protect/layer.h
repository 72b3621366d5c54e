// One variable's pattern. Layers stand on each other: what is suppressed below is suppressed above.
#ifndef KLUIS_DISCLOSURE_PROTECT_LAYER_H_
#define KLUIS_DISCLOSURE_PROTECT_LAYER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/layer_audit.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/table_view.h"
#include "disclosure/suppression/pattern.h"

namespace kluis {

// Why a cell is sensitive in one variable, and what an attacker must hold possible.
struct Primary {
  std::string rule;  // empty: not sensitive
  absl::int128 low = 0;
  absl::int128 high = 0;
};

struct Layer {
  std::string variable;
  int decimals = 0;  // of `values`
  std::vector<absl::int128> values;
  std::vector<Primary> primaries;  // per cell
  std::vector<bool> suppressed;    // per cell; hidden cells always are, impossible ones never
  std::vector<ProvenInterval> intervals;     // per cell; low = high where nothing was asked
  std::vector<ProvenInterval> reached = {};  // per cell, as Pattern::reached
  std::vector<int> opened_beside = {};  // cells that another layer must not show beside this one
  bool cut_short = false;               // as Pattern::cut_short
  double cost = 0;       // of the cells that its patterns suppress, without secret factors
  bool gave_up = false;  // no pattern meets the requirements: all of it is suppressed
};

// What every layer needs. All members must outlive the layers.
struct LayerContext {
  const TableView& view;
  const RuleSet& rules;
  const ProtectOptions& options;
  WorkBudget* budget;
};

// False of a cell of missing values where the rule set skips those.
bool IsJudged(const LayerContext& context, size_t cell);

// A layer without sensitive cells in which exactly `forced` and the hidden cells are suppressed.
Layer StartLayer(const LayerContext& context, const std::string& variable, int decimals,
                 std::vector<absl::int128> values, const std::vector<bool>& forced);

// Displayed cells that a layer suppresses. Hidden cells are open in every layer by themselves.
std::vector<bool> ForcedBy(const TableView& view, const Layer& layer);

// Every relation of the table, between the cells of a system.
std::vector<LinearRow> Equalities(const TableView& view);

// No count is shown, nor a mean that would give one away, and the caller wants no pattern for it.
bool SumsAlone(const LayerContext& context);

// Cells with their cost; open where the layer is suppressed so far; impossible ones are fixed.
std::vector<SystemCell> CellsOf(const LayerContext& context, const Layer& layer);

// A number that nobody asked for and everybody can compute where the cells that it is computed from
// are shown: a whole without a part, the parts of a line that are not shown.
struct ComputedCell {
  std::vector<std::pair<int, int>> terms;  // cells of the system and their coefficients
  absl::int128 value = 0;
  Bounds bounds = {};
  absl::int128 low = 0, high = 0;  // what it must keep, or gives way
};

// Adds it to the system, behind its cells, and to the tables that the system is audited as.
// REQUIRES: the scenarios of the system stand.
void AddComputed(const ComputedCell& cell, System* system, SystemTables* tables);

// Finds the pattern of the system and adds it to the layer; what it suppresses of the cells that
// follow those of the layer goes to `opened_beside`. When no pattern satisfies the
// requirements, the whole variable is suppressed and that is not an error.
// INTERNAL: the audit does not believe it, so nothing may be released.
absl::Status AddPattern(const LayerContext& context, const System& system,
                        const SystemTables& tables, Layer* layer);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_LAYER_H_
