#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/format/text.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr double kSeconds = 10;

absl::StatusOr<Profile> Keep(const Console& console, const LoginOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.bundle));
  auto profile = ReadBundle(text);
  if (!profile.ok())
    return absl::InvalidArgumentError(
        absl::StrCat(options.bundle, ": ", profile.status().message()));
  KLUIS_ASSIGN_OR_RETURN(profile->folder, ProfileFolder(console, options.profile));
  if (!options.server.empty()) profile->server = options.server;
  KLUIS_RETURN_IF_ERROR(SaveProfile(*profile));
  return profile;
}

void PrintCaller(const Console& console, const v1::Caller& caller) {
  console.out << Printable(caller.id()) << ", " << Printable(caller.role()) << " of "
              << Printable(caller.organisation()) << "\n";
  std::vector<std::vector<std::string>> rows = {{"project", "from", "until", "rules", "purpose"}};
  for (const v1::ProjectSummary& project : caller.projects()) {
    const std::string& purpose =
        project.purpose_en().empty() ? project.purpose_nl() : project.purpose_en();
    rows.push_back({Printable(project.name().substr(project.name().find('/') + 1)),
                    Printable(project.valid_from()), Printable(project.valid_until()),
                    Printable(project.rules()), Printable(purpose)});
  }
  if (rows.size() > 1) console.out << AlignColumns(rows, std::vector<Align>(5, Align::kLeft));
}

absl::Status Greet(const Console& console, Profile profile) {
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::OpenUnchecked(std::move(profile)));
  v1::Caller caller;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.enclave().GetCaller(Session::Context(kSeconds).get(), {}, &caller)));
  v1::Checkpoint checkpoint;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.log().GetCheckpoint(Session::Context(kSeconds).get(), {}, &checkpoint)));
  KLUIS_RETURN_IF_ERROR(session.Witness(checkpoint.note()).status());
  PrintCaller(console, caller);
  return absl::OkStatus();
}

}  // namespace

int Login(const Console& console, const LoginOptions& options) {
  const auto profile = Keep(console, options);
  if (!profile.ok()) return Fail(console, profile.status());
  console.err << "profile " << options.profile << " is in " << profile->folder << "\n";
  const absl::Status greeted = Greet(console, *profile);
  if (!absl::IsUnavailable(greeted) && !absl::IsDeadlineExceeded(greeted)) {
    return greeted.ok() ? kExitDone : Fail(console, greeted);
  }
  console.err << "the server " << Printable(profile->server)
              << " cannot be reached now: " << Printable(std::string(greeted.message())) << "\n";
  return kExitDone;
}

}  // namespace kluis
