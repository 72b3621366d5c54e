// How many units a request is about: for reviewers and the sealed part of its entry. Internal to
// this folder.
#ifndef KLUIS_SERVER_RELEASE_POPULATION_H_
#define KLUIS_SERVER_RELEASE_POPULATION_H_

#include <cstdint>

#include "disclosure/table/aggregate_table.h"

namespace kluis {

// RAW.
struct Population {
  int64_t units = 0;         // rows of the first dataset that the request selects
  int64_t contributors = 0;  // of these units; 0 where the table does not have them
};

// Of the rows that are shown, those of one grouping are a partition of all units; the largest of
// the groupings counts. `contributor_unique`: every unit is a contributor of its own.
Population PopulationOf(const AggregateTable& table, bool contributor_unique);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_POPULATION_H_
