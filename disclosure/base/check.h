// CHECK for programmer errors; on in every build. Never for user input.
#ifndef KLUIS_DISCLOSURE_BASE_CHECK_H_
#define KLUIS_DISCLOSURE_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Stops the process when `condition` is false: better no answer than a wrong one.
#define KLUIS_CHECK(condition)                                                              \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition);    \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)

#endif  // KLUIS_DISCLOSURE_BASE_CHECK_H_
