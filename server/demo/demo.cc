#include "server/demo/demo.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/analysis_files.h"
#include "server/demo/registers.h"

namespace kluis {
namespace {

using demo::Progress;
using demo::World;

absl::StatusOr<World> MakeWorld(const DemoOptions& options) {
  World world;
  world.seed = options.seed;
  KLUIS_ASSIGN_OR_RETURN(world.geography, demo::ReadGeography(options.figures, options.shrink));
  world.population = demo::MakePopulation(world.geography, options.seed);
  demo::AddOrigins(world.geography, options.seed, world.population);
  demo::AddIncomes(world.geography, options.seed, world.population);
  demo::AddDebts(world.geography, options.seed, world.population);
  const std::string classes = options.figures + "/../codes/sbi2008.csv";
  KLUIS_ASSIGN_OR_RETURN(world.economy, demo::MakeEconomy(world.geography, classes, options.seed));
  world.offices = demo::MakeOffices(world.geography, options.seed, options.shrink);
  world.respondents =
      demo::MakeSurvey(world.geography, world.population, options.seed, options.shrink);
  return world;
}

absl::Status WriteFile(const World& world, absl::string_view name, const std::string& path) {
  if (name == "persoon.csv") return WritePersons(world.geography, world.population, path);
  if (name == "huishouden.csv") return WriteHouseholds(world.geography, world.population, path);
  if (name == "bedrijf.csv") return WriteBusinesses(world.geography, world.economy, path);
  if (name == "vestiging.csv") return WriteEstablishments(world.geography, world.economy, path);
  if (name == "kantoor.csv") return WriteOffices(world.geography, world.offices, path);
  if (name == "kantoor_2018.csv")
    return WriteOfficesOf2018(world.geography, world.offices, world.seed, path);
  if (name == "veiligheidsmonitor.csv") return WriteSurvey(world.respondents, path);
  return demo::WriteSmartServices(path);
}

constexpr const char* kAnalysisFiles[] = {"persoon.csv",
                                          "huishouden.csv",
                                          "bedrijf.csv",
                                          "vestiging.csv",
                                          "kantoor.csv",
                                          "kantoor_2018.csv",
                                          "veiligheidsmonitor.csv",
                                          "smartservices.csv"};

}  // namespace

absl::Status GenerateDemo(const DemoOptions& options, const Progress& progress) {
  if (options.shrink < 1) return absl::InvalidArgumentError("shrink must be at least 1");
  KLUIS_ASSIGN_OR_RETURN(const World world, MakeWorld(options));
  for (const char* name : kAnalysisFiles) {
    KLUIS_RETURN_IF_ERROR(WriteFile(world, name, absl::StrCat(options.output, "/", name)));
    progress(name);
  }
  if (!options.registers) return absl::OkStatus();
  const std::string folder = options.output + "/registers";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::UnavailableError(absl::StrCat(folder, ": ", error.message()));
  KLUIS_RETURN_IF_ERROR(demo::WritePersonRegisters(world, folder, progress));
  return demo::WriteOtherRegisters(world, folder, progress);
}

}  // namespace kluis
