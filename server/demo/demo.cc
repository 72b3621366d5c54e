#include "server/demo/demo.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/analysis_files.h"

namespace kluis {
namespace {

using Progress = std::function<void(absl::string_view)>;

}  // namespace

absl::Status GenerateDemo(const DemoOptions& options, const Progress& progress) {
  KLUIS_ASSIGN_OR_RETURN(const demo::Geography geography,
                         demo::ReadGeography(options.figures, options.shrink));
  demo::Population population = demo::MakePopulation(geography, options.seed);
  demo::AddOrigins(geography, options.seed, population);
  demo::AddIncomes(geography, options.seed, population);
  demo::AddDebts(geography, options.seed, population);
  KLUIS_ASSIGN_OR_RETURN(
      const demo::Economy economy,
      demo::MakeEconomy(geography, options.figures + "/../codes/sbi2008.csv", options.seed));

  const auto written = [&](absl::string_view name, absl::Status status) {
    if (status.ok()) progress(name);
    return status;
  };
  const auto path = [&](absl::string_view name) { return absl::StrCat(options.output, "/", name); };
  KLUIS_RETURN_IF_ERROR(
      written("persoon.csv", demo::WritePersons(geography, population, path("persoon.csv"))));
  KLUIS_RETURN_IF_ERROR(written(
      "huishouden.csv", demo::WriteHouseholds(geography, population, path("huishouden.csv"))));
  KLUIS_RETURN_IF_ERROR(
      written("bedrijf.csv", demo::WriteBusinesses(geography, economy, path("bedrijf.csv"))));
  KLUIS_RETURN_IF_ERROR(written(
      "vestiging.csv", demo::WriteEstablishments(geography, economy, path("vestiging.csv"))));
  return written("smartservices.csv", demo::WriteSmartServices(path("smartservices.csv")));
}

}  // namespace kluis
