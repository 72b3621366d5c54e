// Coarser ways to write a dimension of a query. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_COARSER_H_
#define KLUIS_SERVER_PLAN_COARSER_H_

#include <string>
#include <vector>

#include "server/access/authorised_query.h"
#include "server/plan/dimensions.h"

namespace kluis {

// LEVEL for each level above the one asked for, or the granted variable that is that level, from
// fine to coarse; BAND for each wider width. Every form is one that the same grant allows.
std::vector<std::string> CoarserForms(const DimensionRef& ref, const DatasetEntry& entry,
                                      const Project& project);

// The dimension as it stands in the query, without its dataset: LEVEL(buurt, 'wijk'). Of a CASE the
// classes: class of buurt (centrum, rand).
std::string Written(const DimensionRef& ref);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_COARSER_H_
