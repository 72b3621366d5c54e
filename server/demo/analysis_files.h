// The files that the catalogue entries describe: one row per unit, the registers' dirt resolved.
#ifndef KLUIS_SERVER_DEMO_ANALYSIS_FILES_H_
#define KLUIS_SERVER_DEMO_ANALYSIS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "server/demo/businesses.h"
#include "server/demo/population.h"

namespace kluis::demo {

absl::Status WritePersons(const Geography& geography, const Population& population,
                          const std::string& path);
absl::Status WriteHouseholds(const Geography& geography, const Population& population,
                             const std::string& path);
// One row per business and year.
absl::Status WriteBusinesses(const Geography& geography, const Economy& economy,
                             const std::string& path);
// One row per establishment and year.
absl::Status WriteEstablishments(const Geography& geography, const Economy& economy,
                                 const std::string& path);
// Every class of SBI 2008 that belongs to a group of smart services.
absl::Status WriteSmartServices(const std::string& path);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_ANALYSIS_FILES_H_
