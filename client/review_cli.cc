#include "client/review_cli.h"

#include "client/cli_options.h"

namespace kluis {
namespace {

struct Command {
  const char* name;
  const char* description;
  const char* example;
  bool id = false, reason = false;
};

constexpr Command kCommands[] = {
    {"list", "Requests on the desk, the oldest first", "list --state held --project heerlen"},
    {"show",
     "One request: in words, its plan, earlier releases, and for reviewers each value before and "
     "after protection (the look is an entry of the log)",
     "show k3v7... --round-to 5", true},
    {"claim", "Say that you look at it", "claim k3v7...", true},
    {"approve", "Vote for it, as you saw it with `show` under the same protection",
     "approve k3v7... --reason \"margins of a public table\"", true, true},
    {"deny", "Vote against it",
     "deny k3v7... --code PURPOSE --reason \"no purpose of the project\"", true, true},
    {"request-changes", "Vote for asking the researcher to change something",
     "request-changes k3v7... --reason \"leave out the smallest areas\"", true, true},
    {"comment", "Say something to the reviewers", "comment k3v7... --reason \"see entry 12\"", true,
     true},
    {"reopen", "Begin again after a conflict", "reopen k3v7... --reason \"two new reviewers\"",
     true, true},
    {"recall", "Recall a release; says whom it concerns",
     "recall m4w8... --reason \"the register was wrong\"", true, true},
    {"precedent", "Let the same table of this project through until a day",
     "precedent k3v7... --until 2027-12-31 --reason \"counts of districts\"", true, true},
    {"end-precedent", "End the precedents of a case; says what they let through",
     "end-precedent k3v7... --reason \"the register has changed\"", true, true},
    {"confirm", "Of an after-check: the release is as it should be",
     "confirm m4w8... --reason \"nothing stands out\"", true, true},
    {"precedents", "Decisions that became rules", "precedents"},
    {"report", "How long, why, what became of it, and whether reviewers agree",
     "report --from 2027-01-01 --until 2027-03-31"},
    {"watch", "A line for all that happens, until it is interrupted", "watch --format json"},
    {"reply", "Answer what is asked of you, of your own request",
     "reply k3v7... --reason \"for the yearly report\"", true, true},
    {"withdraw", "Withdraw your own request", "withdraw k3v7...", true},
};

void AddProtection(CLI::App& command, ReviewOptions* options) {
  command
      .add_option("--minimum", options->minimum, "A minimum of units, where the rule set has less")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command
      .add_option("--round-to", options->round_to,
                  "Counts and sums to multiples of it; other statistics are not shown then")
      ->check(CLI::Range(2, 1'000'000))
      ->type_name("BASE");
}

void AddOwn(const std::string& name, CLI::App& command, ReviewOptions* options) {
  if (name == "list") {
    command.add_option("--state", options->states, "Only these; default: all that are open")
        ->type_name("STATE");
    command.add_option("--project", options->project, "Only of this project")->type_name("P");
    command.add_flag("--all", options->all, "Closed ones too");
  }
  if (name == "show") {
    AddProtection(command, options);
    command.add_flag("--no-figures", options->no_figures, "The request alone; no entry is made");
  }
  if (name == "approve") AddProtection(command, options);
  if (name == "deny") {
    command
        .add_option("--code", options->code,
                    "DIFFERENCING, DOMINANCE, SMALL_POPULATION, PURPOSE, QUALITY or OTHER")
        ->check(CLI::IsMember(std::vector<std::string>{
            "DIFFERENCING", "DOMINANCE", "SMALL_POPULATION", "PURPOSE", "QUALITY", "OTHER"}))
        ->type_name("CODE")
        ->capture_default_str();
  }
  if (name == "comment")
    command.add_flag("--to-researcher", options->to_researcher, "The researcher reads it, too");
  if (name == "report")
    command.add_option("--from", options->from, "First day")->type_name("YYYY-MM-DD");
  if (name == "report" || name == "precedent") {
    command.add_option("--until", options->until, "Last day")
        ->type_name("YYYY-MM-DD")
        ->required(name == "precedent");
  }
  if (name == "watch") command.add_flag("--all", options->all, "From the first case on");
}

}  // namespace

void AddReview(CLI::App& app, ReviewOptions* options, const std::function<void()>& chosen) {
  CLI::App* review = app.add_subcommand("review", "Requests that wait for reviewers");
  review->require_subcommand(1);
  for (const Command& row : kCommands) {
    CLI::App* command = review->add_subcommand(row.name, row.description);
    command->footer(std::string("Example:\n  kluis review ") + row.example);
    AddProfile(*command, &options->profile);
    AddTableOrJson(*command, &options->format);
    if (row.id) {
      command->add_option("id", options->id, "The request, or of a recall the release")
          ->check(IsUtf8)
          ->type_name("ID")
          ->required();
    }
    if (row.reason) {
      command->add_option("--reason", options->reason, "Why, or what is said")
          ->check(IsUtf8)
          ->type_name("TEXT")
          ->required();
    }
    AddOwn(row.name, *command, options);
    command->callback([options, chosen, name = std::string(row.name)] {
      options->action = name;
      chosen();
    });
  }
}

}  // namespace kluis
