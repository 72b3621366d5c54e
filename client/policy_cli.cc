#include "client/policy_cli.h"

#include <string>
#include <vector>

#include "client/cli_options.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy_check/schema.h"

namespace kluis {
namespace {

void AddFormat(CLI::App& command, PolicyOptions* options, const std::vector<std::string>& formats) {
  std::string names;
  for (const std::string& format : formats) names += (names.empty() ? "" : ", ") + format;
  command.add_option("--format", options->format, names)
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT")
      ->capture_default_str();
}

void AddFolder(CLI::App& command, std::string* folder, const std::string& name,
               const std::string& description) {
  command.add_option(name, *folder, description)->type_name("DIR")->required();
}

void AddOutput(CLI::App& command, PolicyOptions* options) {
  command.add_option("-o,--output", options->output, "The file; default: standard output")
      ->type_name("FILE");
}

void AddCheckAndDiff(CLI::App& policy, PolicyOptions* options,
                     const std::function<void()>& chosen) {
  CLI::App* check = AddPolicyAction(policy, &options->action, chosen, "check",
                                    "What is wrong with a policy folder, and what is weak in it",
                                    "  kluis policy check policies\n"
                                    "  kluis policy check policies --lang nl\n"
                                    "  kluis policy check policies --format sarif > policy.sarif");
  AddFolder(*check, &options->folder, "dir", "The folder with rules/, projects/, datasets/ ...");
  AddFormat(*check, options, {"text", "json", "sarif"});
  AddLanguage(*check, &options->language);
  check->add_option("--on", options->day, "Which terms are over on this day; default: today, UTC")
      ->check([](const std::string& day) {
        return IsDate(day) ? "" : "write it as YYYY-MM-DD, a day that exists";
      })
      ->type_name("DAY");
  CLI::App* diff = AddPolicyAction(
      policy, &options->action, chosen, "diff",
      "What differs between two policies: weaker, stronger or neither, and for whom",
      "  kluis policy diff policies draft\n"
      "  kluis policy diff policies draft --format json --lang nl");
  AddFolder(*diff, &options->folder, "old", "The policy in force");
  AddFolder(*diff, &options->other_folder, "new", "The draft");
  AddFormat(*diff, options, {"text", "json"});
  AddLanguage(*diff, &options->language);
}

void AddStarts(CLI::App& policy, PolicyOptions* options, const std::function<void()>& chosen) {
  CLI::App* start =
      AddPolicyAction(policy, &options->action, chosen, "new",
                      "A commented file to begin with; without --template, what there is",
                      "  kluis policy new\n"
                      "  kluis policy new --template rules -o policies/rules/own.yaml");
  start->add_option("--template", options->name, "Which one")->type_name("NAME");
  AddOutput(*start, options);
  CLI::App* schema =
      AddPolicyAction(policy, &options->action, chosen, "schema",
                      "JSON Schema of a kind of file, for editors; without KIND, which there are",
                      "  kluis policy schema\n"
                      "  kluis policy schema rules --lang nl > policies/schema/rules.schema.json");
  schema->add_option("kind", options->name, "rules, project, dataset, ...")
      ->check(CLI::IsMember(SchemaKinds()))
      ->type_name("KIND");
  AddOutput(*schema, options);
  AddLanguage(*schema, &options->language);
}

void AddManifest(CLI::App& policy, PolicyOptions* options, const std::function<void()>& chosen) {
  CLI::App* manifest = AddPolicyAction(
      policy, &options->action, chosen, "manifest",
      "The canonical text of a policy that officers sign (docs/policy.md)",
      "  kluis policy manifest policies --version 7 --not-before 2026-12-01T00:00:00Z");
  AddFolder(*manifest, &options->folder, "dir", "The policy folder");
  manifest->add_option("--version", options->version, "From 1 up")
      ->type_name("N")
      ->required()
      ->check(CLI::Range(1, 1'000'000'000));
  manifest->add_option("--not-before", options->not_before, "From when on it may hold, in UTC")
      ->type_name("TIME")
      ->required();
  AddOutput(*manifest, options);
}

void AddTrials(CLI::App& policy, PolicyOptions* options, const std::function<void()>& chosen) {
  CLI::App* test = AddPolicyAction(
      policy, &options->action, chosen, "test",
      "Run the *_test.yaml of a policy folder: small tables, and what must come of them",
      "  kluis policy test policies\n  kluis policy test policies --format json\n"
      "  kluis policy test policies --lang nl");
  AddFolder(*test, &options->folder, "dir", "The policy folder");
  AddFormat(*test, options, {"text", "json"});
  AddLanguage(*test, &options->language);
  CLI::App* explain =
      AddPolicyAction(policy, &options->action, chosen, "explain",
                      "Which rules a query meets, with what values, from which line of which file",
                      "  kluis policy explain policies --query tabel.sql --project heerlen");
  AddFolder(*explain, &options->folder, "dir", "The policy folder");
  explain->add_option("--query", options->query, "A file with the SQL")
      ->type_name("FILE.sql")
      ->required();
  explain->add_option("--project", options->project, "Whose rules and grants")
      ->type_name("P")
      ->required();
  AddFormat(*explain, options, {"text", "json"});
  AddLanguage(*explain, &options->language);
}

}  // namespace

CLI::App* AddPolicyAction(CLI::App& policy, std::string* action,
                          const std::function<void()>& chosen, const std::string& name,
                          const std::string& description, const std::string& examples) {
  CLI::App* command = policy.add_subcommand(name, description);
  command->footer("Examples:\n" + examples);
  command->callback([action, chosen, name] {
    *action = name;
    chosen();
  });
  return command;
}

void AddPolicy(CLI::App& app, PolicyOptions* options, const std::function<void()>& chosen) {
  CLI::App* policy = app.add_subcommand("policy", "Policies as files (privacy officers)");
  policy->require_subcommand(1);
  AddCheckAndDiff(*policy, options, chosen);
  AddStarts(*policy, options, chosen);
  AddManifest(*policy, options, chosen);
  AddTrials(*policy, options, chosen);
}

}  // namespace kluis
