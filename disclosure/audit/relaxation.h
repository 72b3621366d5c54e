// What is left of a cell when nothing is shown but what everyone knows: no pattern can do better,
// so a demand that asks for more gives way. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_RELAXATION_H_
#define KLUIS_DISCLOSURE_AUDIT_RELAXATION_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/interval_lp.h"
#include "disclosure/audit/sheets.h"

namespace kluis {

class Relaxation {
 public:
  // Both must outlive the object.
  Relaxation(const SheetSystem& system, const std::vector<bool>& constant)
      : system_(system), constant_(constant) {}

  // Whether one side of a cell, which is asked to reach `wanted` from the true value (sign 1: above
  // it), must give way to what the certificates prove, `reached`: because nothing more is left to
  // any pattern, or because the pattern itself leaves as much as that by a linear program, and
  // whole numbers alone make the difference.
  absl::StatusOr<bool> MustGiveWay(int cell, int sign, double wanted, double reached);

  int64_t programs() const { return programs_; }

 private:
  // The cells that are unknown to somebody, and a program for each connected part of them.
  struct State {
    Unknowns unknowns;
    std::vector<std::unique_ptr<IntervalLp>> programs;
  };

  absl::StatusOr<State*> Make(bool open);
  // How far the cell can be from its true value on that side: by rows one by one, and by a program.
  static double ByRows(const State& state, const SheetSystem& system, int cell, int sign);
  absl::StatusOr<double> ByProgram(State* state, int cell, int sign);

  const SheetSystem& system_;
  const std::vector<bool>& constant_;
  std::unique_ptr<State> open_, shown_;  // when first needed
  int64_t programs_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_RELAXATION_H_
