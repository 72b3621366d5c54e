#include "client/officer_cli.h"

#include "client/cli_options.h"
#include "client/policy_cli.h"

namespace kluis {
namespace {

void AddKey(CLI::App& command, OfficerOptions* options) {
  command.add_option("--key", options->key_file, "Your key file, from kluis policy keygen")
      ->type_name("FILE")
      ->required();
}

void AddReason(CLI::App& command, OfficerOptions* options) {
  command
      .add_option("--reason", options->reason,
                  "Why, for who reads it in years; needed when something becomes weaker")
      ->type_name("TEXT");
}

void AddTime(CLI::App& command, OfficerOptions* options) {
  command
      .add_option("--not-before", options->not_before,
                  "From when on it may hold, in UTC; default: now")
      ->type_name("TIME");
}

void AddKeygen(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  CLI::App* keygen =
      AddPolicyAction(policy, &options->action, chosen, "keygen",
                      "Make the key pair of an officer; prints what officers.yaml needs",
                      "  kluis policy keygen --officer p.devries@cbs.nl -o petra.key");
  keygen->add_option("--officer", options->officer, "The officer's id in officers.yaml")
      ->type_name("ID")
      ->required();
  keygen->add_option("-o,--output", options->output, "The file for the secret key; a new one")
      ->type_name("FILE")
      ->required();
}

void AddSign(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  CLI::App* sign = AddPolicyAction(
      policy, &options->action, chosen, "sign",
      "Sign a policy folder; the first officer gives the version, the next one adds to it",
      "  kluis policy sign draft --key petra.key --version 8 --reason \"council of 3 "
      "November\"\n"
      "  kluis policy sign draft --key jan.key --reason \"checked with diff and test\"");
  sign->add_option("dir", options->folder, "The policy folder")->type_name("DIR")->required();
  AddKey(*sign, options);
  AddReason(*sign, options);
  sign->add_option("--version", options->version, "One more than the version in force")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000'000));
  AddTime(*sign, options);
  sign->add_option("-o,--output", options->output, "Default: signatures.json in the folder")
      ->type_name("FILE");
}

// What every command has that asks a server.
CLI::App* Asking(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen,
                 const std::string& name, const std::string& description,
                 const std::string& examples) {
  CLI::App* command =
      AddPolicyAction(policy, &options->action, chosen, name, description, examples);
  AddProfile(*command, &options->profile);
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  return command;
}

void AddId(CLI::App& command, OfficerOptions* options) {
  command.add_option("id", options->id, "Of the proposal")->type_name("ID")->required();
}

void AddComment(CLI::App& command, OfficerOptions* options) {
  command.add_option("--comment", options->reason, "What it is for, to the other officers")
      ->type_name("TEXT");
}

void AddProposing(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  CLI::App* propose = Asking(policy, options, chosen, "propose",
                             "Propose a folder as the next version; shows what it would change",
                             "  kluis policy propose draft --comment \"debts by neighbourhood\"\n"
                             "  kluis policy propose draft --not-before 2026-12-01T00:00:00Z");
  propose->add_option("dir", options->folder, "The policy folder")->type_name("DIR")->required();
  AddTime(*propose, options);
  AddLanguage(*propose, &options->language);
  AddComment(*propose, options);
  CLI::App* rollback = Asking(policy, options, chosen, "rollback",
                              "Propose the files of an earlier version as the next one",
                              "  kluis policy rollback 6 --comment \"7 hides too much\"");
  rollback->add_option("version", options->version, "From kluis policy history")
      ->type_name("VERSION")
      ->required()
      ->check(CLI::Range(1, 1'000'000'000));
  AddTime(*rollback, options);
  AddLanguage(*rollback, &options->language);
  AddComment(*rollback, options);
}

void AddReplay(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  CLI::App* replay =
      Asking(policy, options, chosen, "replay",
             "What past releases would look like, had this folder been the policy",
             "  kluis policy replay draft\n  kluis policy replay draft --since 2026-01-01");
  replay->add_option("dir", options->folder, "The policy folder")->type_name("DIR")->required();
  replay->add_option("--since", options->since, "The first day; default: a year ago")
      ->type_name("YYYY-MM-DD");
}

// Their actions are "shadow start", ...
void AddShadow(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  CLI::App* shadow = policy.add_subcommand(
      "shadow", "A draft beside the policy in force: count what would differ");
  shadow->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& description,
                       const std::string& examples) {
    CLI::App* command = Asking(*shadow, options, chosen, name, description, examples);
    command->callback([options, chosen, name] {
      options->action = "shadow " + name;
      chosen();
    });
    return command;
  };
  CLI::App* start = add("start", "From the next release on, for some days",
                        "  kluis policy shadow start draft --days 14");
  start->add_option("dir", options->folder, "The policy folder")->type_name("DIR")->required();
  start->add_option("--days", options->days, "How long")
      ->type_name("N")
      ->check(CLI::Range(1, 366))
      ->capture_default_str();
  add("status", "What was counted up to now", "  kluis policy shadow status");
  add("stop", "End it; the counts stay until the next one starts", "  kluis policy shadow stop");
}

void AddDeciding(CLI::App& policy, OfficerOptions* options, const std::function<void()>& chosen) {
  Asking(policy, options, chosen, "proposals", "What is proposed, and who signed",
         "  kluis policy proposals");
  CLI::App* show = Asking(policy, options, chosen, "show",
                          "What a proposal would change; with -o, its files into a new folder",
                          "  kluis policy show 3f9c20d1a4b5e677 -o draft");
  AddId(*show, options);
  AddLanguage(*show, &options->language);
  show->add_option("-o,--output", options->output, "A new folder")->type_name("DIR");
  CLI::App* approve =
      Asking(policy, options, chosen, "approve",
             "Sign a proposal with your key, after what it changes was shown",
             "  kluis policy approve 3f9c20d1a4b5e677 --key petra.key --reason \"as agreed\"");
  AddId(*approve, options);
  AddKey(*approve, options);
  AddReason(*approve, options);
  AddLanguage(*approve, &options->language);
  approve
      ->add_option(
          "--dir", options->folder,
          "The folder that you checked: nothing else is signed; default: the server's files")
      ->type_name("DIR");
  approve->add_flag("--yes", options->yes, "Do not ask");
  CLI::App* activate =
      Asking(policy, options, chosen, "activate", "Put a proposal in force that has its signatures",
             "  kluis policy activate 3f9c20d1a4b5e677");
  AddId(*activate, options);
  Asking(policy, options, chosen, "history", "The versions that were in force, and who signed them",
         "  kluis policy history");
}

}  // namespace

void AddOfficerCommands(CLI::App& policy, OfficerOptions* options,
                        const std::function<void()>& chosen) {
  AddKeygen(policy, options, chosen);
  AddSign(policy, options, chosen);
  AddProposing(policy, options, chosen);
  AddReplay(policy, options, chosen);
  AddShadow(policy, options, chosen);
  AddDeciding(policy, options, chosen);
}

}  // namespace kluis
