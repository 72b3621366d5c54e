// Early return for absl::Status and absl::StatusOr.
#ifndef KLUIS_DISCLOSURE_BASE_STATUS_MACROS_H_
#define KLUIS_DISCLOSURE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define KLUIS_CONCAT_INNER(a, b) a##b
#define KLUIS_CONCAT(a, b) KLUIS_CONCAT_INNER(a, b)

// Returns from the enclosing function when `expression` is not OK.
#define KLUIS_RETURN_IF_ERROR(expression)             \
  do {                                                \
    absl::Status kluis_status_ = (expression);        \
    if (!kluis_status_.ok()) return kluis_status_;    \
  } while (false)

// KLUIS_ASSIGN_OR_RETURN(auto x, F()): x = the value, or returns the status.
#define KLUIS_ASSIGN_OR_RETURN(lhs, expression) \
  KLUIS_ASSIGN_OR_RETURN_IMPL(KLUIS_CONCAT(kluis_statusor_, __LINE__), lhs, expression)
#define KLUIS_ASSIGN_OR_RETURN_IMPL(statusor, lhs, expression) \
  auto statusor = (expression);                                \
  if (!statusor.ok()) return std::move(statusor).status();     \
  lhs = std::move(statusor).value()

#endif  // KLUIS_DISCLOSURE_BASE_STATUS_MACROS_H_
