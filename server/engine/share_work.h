// Work shared by some threads of this process.
#ifndef KLUIS_SERVER_ENGINE_SHARE_WORK_H_
#define KLUIS_SERVER_ENGINE_SHARE_WORK_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace kluis {

// Calls work(worker, item) once for every item of [0, items), the first ones first, on `workers`
// threads at most, of which the caller's is one; what is called with one worker is called in turn.
// The first error that a worker met; then some items may be left. INTERNAL where memory does not
// suffice.
absl::Status ShareWork(int workers, size_t items,
                       const std::function<absl::Status(int worker, size_t item)>& work);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_SHARE_WORK_H_
