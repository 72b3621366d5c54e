#include "client/log_cli.h"

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli_options.h"

namespace kluis {
namespace {

using LogAction = int (*)(const Console&, const LogCommands&);

struct LogCommandAdder {
  CLI::App& log;
  LogCommands* commands;
  const std::function<void()>& chosen;

  // With the options that every command of `log` has.
  CLI::App* Add(const char* name, const char* description, const char* examples, LogAction run,
                std::string* profile, std::string* format) const {
    CLI::App* command = log.add_subcommand(name, description);
    command->footer(std::string("Examples:\n") + examples);
    AddProfile(*command, profile);
    if (format != nullptr) AddTableOrJson(*command, format);
    command->callback([c = commands, done = chosen, run] {
      c->run = run;
      done();
    });
    return command;
  }
};

// The checks of the library would name the whole range of a number of 64 bits, digit by digit.
bool IsWholeNumber(const std::string& text) {
  int64_t number = 0;
  return !text.empty() && absl::ascii_isdigit(text.front()) && absl::SimpleAtoi(text, &number);
}

std::string CheckNumber(const std::string& text, const char* what, const char* hint) {
  if (IsWholeNumber(text)) return "";
  return absl::StrCat("'", text, "' is no ", what,
                      ": they are numbered 0, 1, 2 and so on\nhint: ", hint);
}

std::string IsEntryIndex(const std::string& text) {
  return CheckNumber(text, "entry of the log", "`kluis log search` names those of requests");
}

std::string IsCellNumber(const std::string& text) {
  return CheckNumber(text, "cell", "`kluis log show INDEX` has them in `cell_reviews`");
}

void AddEntryIndex(CLI::App& command, uint64_t* index) {
  command.add_option("index", *index, "Of the entry")
      ->check(IsEntryIndex)
      ->type_name("INDEX")
      ->required();
}

void AddTrust(CLI::App& command, std::string* trust) {
  command
      .add_option("--trust", *trust,
                  "A file with the log's public key, or a trust file with witnesses; default: the "
                  "profile's key")
      ->type_name("FILE");
}

void AddPublicLog(const LogCommandAdder& to, LogOptions* options) {
  CLI::App* verify = to.Add(
      "verify", "Recompute the log's tree and compare it with the checkpoints",
      "  kluis log verify\n  kluis log verify --from export --trust enclave.vkey",
      [](const Console& console, const LogCommands& c) { return VerifyLog(console, c.log); },
      &options->profile, &options->format);
  verify->add_option("--from", options->folder, "A folder that `log export` wrote")
      ->type_name("DIR");
  AddTrust(*verify, &options->trust);
  verify
      ->add_option("--since", options->since,
                   "A signed checkpoint that you kept: the log must continue it")
      ->type_name("FILE");
  CLI::App* exported = to.Add(
      "export", "Write the public part of the log to a folder, verified",
      "  kluis log export export\n  kluis log export /mnt/stick --profile test",
      [](const Console& console, const LogCommands& c) { return ExportLog(console, c.log); },
      &options->profile, nullptr);
  exported->add_option("dir", options->folder, "The folder")->type_name("DIR")->required();
  exported->add_option("--as", options->form, "The form of the entries")
      ->check(CLI::IsMember({"plain", "tiles", "csv", "json"}))
      ->capture_default_str();
  to.Add(
      "checkpoint", "Print the latest signed checkpoint",
      "  kluis log checkpoint\n  kluis log checkpoint > checkpoint.txt",
      [](const Console& console, const LogCommands& c) { return ShowCheckpoint(console, c.log); },
      &options->profile, &options->format);
}

void AddSealedLog(const LogCommandAdder& to, SealedLogOptions* options) {
  CLI::App* search = to.Add(
      "search", "Requests in the log, newest first (reviewers)",
      "  kluis log search --project heerlen-schulden --since 2026-01-01\n"
      "  kluis log search --who anna@heerlen.nl --dataset persoon --format json",
      [](const Console& console, const LogCommands& c) { return SearchLog(console, c.sealed); },
      &options->profile, &options->format);
  search->add_option("--project", options->project, "Of this project")->check(IsUtf8);
  search->add_option("--who", options->who, "Of this user")->check(IsUtf8);
  search->add_option("--since", options->since, "From this day on, YYYY-MM-DD")->check(IsUtf8);
  search->add_option("--dataset", options->dataset, "On this dataset")->check(IsUtf8);
  CLI::App* show = to.Add(
      "show", "One entry with its sealed part; the view is logged (reviewers)",
      "  kluis log show 12\n  kluis log show 12 --cell 3 -o cell.json",
      [](const Console& console, const LogCommands& c) { return ShowEntry(console, c.sealed); },
      &options->profile, &options->format);
  AddEntryIndex(*show, &options->index);
  show->add_option("--cell", options->cell,
                   "Only this cell, with a proof that an auditor can check")
      ->check(IsCellNumber);
  show->add_option("-o,--output", options->output, "The file; default: standard output")
      ->type_name("FILE");
  CLI::App* replay = to.Add(
      "replay", "Run a request again and compare the answers (reviewers)",
      "  kluis log replay 12\n  kluis log replay 12 --format json",
      [](const Console& console, const LogCommands& c) { return ReplayEntry(console, c.sealed); },
      &options->profile, &options->format);
  AddEntryIndex(*replay, &options->index);
}

}  // namespace

void AddLog(CLI::App& app, LogCommands* commands, const std::function<void()>& chosen) {
  CLI::App* log = app.add_subcommand("log", "The signed log of all releases");
  log->require_subcommand(1);
  const LogCommandAdder to = {*log, commands, chosen};
  AddPublicLog(to, &commands->log);
  AddSealedLog(to, &commands->sealed);
}

}  // namespace kluis
