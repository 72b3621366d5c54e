// The linear program of one connected part of what is not shown: the least and the largest value of
// a cell over all tables that agree with what is. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_INTERVAL_LP_H_
#define KLUIS_DISCLOSURE_AUDIT_INTERVAL_LP_H_

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "disclosure/audit/knowledge.h"

namespace kluis {

class IntervalLp {
 public:
  // `unknowns` must outlive the object. `columns`: those of one component, or some of them, and
  // then what it finds is possible but may be exceeded. All others are constants: `constants` holds
  // one per column of `unknowns`.
  IntervalLp(const Unknowns& unknowns, const std::vector<int>& columns,
             const std::vector<double>& constants);
  ~IntervalLp();

  // The first feasible table. INVALID_ARGUMENT when there is none: what is shown and known
  // contradict each other. To be called once, before what follows.
  absl::Status Start();

  // The largest (sign 1) or the least (sign -1) value of a column; infinite when nothing bounds it.
  // The program starts from the table that the last call ended with. INTERNAL when Clp gives up.
  absl::StatusOr<double> Extreme(int column, int sign);

  // Of the table that Start() or the last finite Extreme() ended with.
  double Value(int column) const;

  // Bounds of a column, until Release(): what an insider knows, or how far is far enough.
  void Hold(int column, double value) { Restrict(column, {value, value}); }
  void Restrict(int column, const AuditInterval& bounds);
  void Release(int column);

  bool Has(int column) const { return local_.count(column) > 0; }
  int64_t programs() const { return programs_; }

 private:
  struct Program;

  void SetBounds(int column, const AuditInterval& bounds);

  const Unknowns& unknowns_;
  absl::flat_hash_map<int, int> local_;  // column -> column of the program
  double scale_ = 1;                     // of the program's unit
  int64_t programs_ = 0;
  std::unique_ptr<Program> program_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_INTERVAL_LP_H_
