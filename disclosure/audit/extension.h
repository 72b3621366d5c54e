// Cells that no table lists and no equation sums up: what is said of the others must leave values
// for them. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_EXTENSION_H_
#define KLUIS_DISCLOSURE_AUDIT_EXTENSION_H_

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/knowledge.h"
#include "disclosure/audit/sheets.h"

namespace kluis {

// Not safe to share between threads.
class Extension {
 public:
  // `system` must outlive the object. `free`: the unlisted cells in question; `values`: of all
  // others, the true ones.
  Extension(const SheetSystem& system, std::vector<bool> free, std::vector<double> values)
      : system_(system), free_(std::move(free)), values_(std::move(values)) {}

  // Whether the free cells can have values such that all rows that hold one of `near` hold when
  // cells have the values of `changed`. Those far from `near` keep what they have where that will
  // do.
  absl::StatusOr<bool> Exists(const std::vector<std::pair<int, double>>& changed,
                              const std::vector<int>& near);

 private:
  absl::Status Start();
  std::vector<int> Around(const std::vector<int>& near, size_t most) const;
  absl::StatusOr<bool> Solve(const std::vector<int>& columns, std::vector<double>* constants) const;

  const SheetSystem& system_;
  const std::vector<bool> free_;  // per cell
  const std::vector<double> values_;
  bool started_ = false;
  Unknowns unknowns_;
  std::vector<double> constants_;  // per column: true values, and values of free cells beside them
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_EXTENSION_H_
