// Whether a difference of two tables is one that an attacker holds possible: the equations of a
// system against the amounts of a certificate, in integers. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_DEVIATIONS_H_
#define KLUIS_DISCLOSURE_AUDIT_DEVIATIONS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/audit/certificates.h"
#include "disclosure/audit/extension.h"
#include "disclosure/audit/sheets.h"

namespace kluis {

// The fault of a certificate that all cells of the tables agree with, but not the cells that they
// leave out: nobody who finds certificates in the tables alone can see that.
inline constexpr char kNoValuesLeft[] =
    "a certificate leaves no values for cells that are not listed";

// A row of the system: an equation or a relation, by its number.
struct RowPlace {
  int row = -1;
  int coefficient = 0;
};

// Which rows hold a cell, unlisted ones included: rows are the equations, then the relations.
class RowsOfCells {
 public:
  explicit RowsOfCells(const SheetSystem& system);

  const RowPlace* begin(int cell) const { return places_.data() + starts_[cell]; }
  const RowPlace* end(int cell) const { return places_.data() + starts_[cell + 1]; }

 private:
  std::vector<int64_t> starts_;
  std::vector<RowPlace> places_;
};

// Not safe to share between threads: it keeps the amounts of the certificate at hand.
class DeviationCheck {
 public:
  // Both must outlive the object.
  DeviationCheck(const SheetSystem& system, const std::vector<bool>& constant);

  // Null when true table + certificate is a table that everyone holds possible; else what is wrong.
  const char* FaultOf(const Certificate& certificate);

 private:
  // Cells that no table lists. A sum of cells that are listed follows them; what is left is free.
  struct Unlisted {
    int row = -1;    // the equation that sums it up; -1: nothing says it
    int order = -1;  // after those that it is a sum of
    absl::int128 value = 0;
    bool has_value = false;
  };

  bool IsListed(int cell) const { return cell < system_.listed(); }
  Unlisted& At(int cell) { return unlisted_[cell - system_.listed()]; }
  const Unlisted& At(int cell) const { return unlisted_[cell - system_.listed()]; }
  void OrderUnlisted();
  bool SumUp(int cell);

  const char* Take(const Certificate& certificate);
  const char* AddSums();
  const char* CheckRows();
  bool HoldsFree(const Equation& equation) const;
  const char* CheckCover(const Equation& equation) const;
  const char* CheckAtLeast(const AuditRelation& relation) const;
  const char* Extend();
  bool WithinBounds(absl::int128 value, const AuditInterval& bounds, absl::int128 amount) const;
  absl::int128 Now(int cell) const;
  void Touch(int cell, absl::int128 amount);
  void Forget();

  const SheetSystem& system_;
  const std::vector<bool>& constant_;
  const RowsOfCells rows_of_;
  const absl::int128 scale_;  // of amounts
  std::vector<Unlisted> unlisted_;
  std::vector<absl::int128> amounts_;     // per cell, scaled
  std::vector<int> touched_;              // cells with an amount
  absl::int128 tolerance_ = 0;            // scaled
  std::unique_ptr<Extension> extension_;  // when first needed
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_DEVIATIONS_H_
