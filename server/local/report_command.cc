#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/csv_reader.h"
#include "server/local/commands.h"
#include "server/local/html.h"

namespace kluis {
namespace {

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  absl::StatusOr<std::string> text = ReadTextFile(path);
  if (text.ok() || absl::IsInternal(text.status())) return text;
  return absl::InvalidArgumentError(text.status().message());
}

absl::Status Write(const LocalConsole& console, const ReportCommand& command) {
  KLUIS_RETURN_IF_ERROR(CheckOutput(command.output));
  KLUIS_ASSIGN_OR_RETURN(const std::string json, ReadInput(command.report));
  std::string csv;
  if (!command.table.empty()) {
    KLUIS_ASSIGN_OR_RETURN(csv, ReadInput(command.table));
  }
  const absl::StatusOr<std::string> page = ReportPage(json, csv, command.title);
  if (!page.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        command.report, command.table.empty() ? "" : absl::StrCat(" with ", command.table), ": ",
        std::string(page.status().message()),
        "\nhint: give what kluis-sdc protect or audit wrote with --report or -o"));
  }
  return WriteOutput(console, command.output, *page, /*secret=*/true);
}

}  // namespace

int RunReport(const LocalConsole& console, const ReportCommand& command) {
  const absl::Status status = Write(console, command);
  return status.ok() ? kLocalDone : LocalFail(console, status);
}

}  // namespace kluis
