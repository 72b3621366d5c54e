#include "disclosure/policy/legal_floor.h"

#include "absl/strings/str_cat.h"

namespace kluis {

const std::vector<FloorRule>& LegalFloor() {
  static const auto& floor = *new std::vector<FloorRule>{
      {"frequency.minimum", absl::StrCat("at least ", kLeastContributors),
       "DataSHIELD, nfilter.tab: the smallest threshold in use"},
      {"percentile.each_side", absl::StrCat("at least ", kLeastEachSide), "as frequency.minimum"},
      {"degrees_of_freedom.minimum", absl::StrCat("at least ", kLeastDegreesOfFreedom),
       "DwB rule 2, for variances"},
      {"regression.degrees_of_freedom", absl::StrCat("at least ", kLeastModelDegreesOfFreedom),
       "DwB rule 2"},
      {"regression.units_per_parameter", absl::StrCat("at least ", kLeastUnitsPerParameter),
       "DwB rule 2, for each coefficient"},
      {"regression.level_minimum", absl::StrCat("at least ", kLeastUnitsOfLevel),
       "a level of one unit is that unit"},
      {"history.scope", kHistoryScope, "answers to different people can be put together"},
  };
  return floor;
}

}  // namespace kluis
