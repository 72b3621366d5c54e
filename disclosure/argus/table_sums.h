// Whether the cells of a table add up along its axes. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_ARGUS_TABLE_SUMS_H_
#define KLUIS_DISCLOSURE_ARGUS_TABLE_SUMS_H_

#include "disclosure/argus/table_file.h"
#include "disclosure/policy/diagnostic_sink.h"

namespace kluis {

// A total that the file does not list, and, when it `must_add_up`, one that is not the sum of its
// parts: at its line.
void CheckTableSums(const ArgusTable& table, bool must_add_up, DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_TABLE_SUMS_H_
