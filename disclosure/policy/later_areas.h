// Areas that merge: a code list of one day, with a level of the areas that there are on a later
// day. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_LATER_AREAS_H_
#define KLUIS_DISCLOSURE_POLICY_LATER_AREAS_H_

#include <string>
#include <vector>

#include "disclosure/policy/csv_rows.h"
#include "disclosure/policy/dataset_entry.h"

namespace kluis {

// One line of a file of changes: on that day the area of `code` became that of `successor`, or a
// part of it did. An area that goes on beside a part that left has a line to itself as well.
struct AreaChange {
  int line = 0, column = 1;
  std::string code, successor, date, label_nl, label_en;  // labels of the successor
};

// CSV: code,successor,date,label_nl,label_en. What is wrong goes to the sink, at its line.
std::vector<AreaChange> ReadAreaChanges(DiagnosticSink* sink);

// `list` with a level more above level `level`: the areas of day `on`, each the union of areas of
// the list; finer levels move down by one. An area that became one of its own stays the code that
// it is, and stands on both levels.
// - The new area has its own code; with "@year" of `on` where a smaller area of the list has it.
// - Where an area was split, whatever its parts went to is one area together, "A+B": the smallest
// that
//   is a union of areas of both days. A part by itself cannot be told from data of the earlier day.
// Changes up to `since` are in the list already. An error in the sink, at the line of a change: the
// areas of a union lie in different ones of a coarser level; or the list lacks one of them, so that
// the sum would be of a part only.
CodeList WithLaterAreas(const CodeList& list, int level, const std::vector<AreaChange>& changes,
                        const std::string& since, const LaterAreas& wanted, DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_LATER_AREAS_H_
