#include "client/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>

#include "absl/strings/numbers.h"
#include "client/cli_options.h"
#include "client/commands.h"
#include "client/format/text.h"
#include "client/log_cli.h"
#include "client/officer_cli.h"
#include "client/policy_cli.h"
#include "client/review_cli.h"
#include "disclosure/base/unknown_command.h"

namespace kluis {
namespace {

const char* const kFormats[] = {"table", "csv", "json"};
const char* const kFamilies[] = {"ols", "logit", "probit", "poisson"};

// Everything that options are read into; one command is chosen.
struct Choice {
  std::string profile = "default";
  LoginOptions login;
  CatalogueOptions catalogue;
  QueryOptions query;
  RegressOptions regress;
  ReleaseOptions releases;
  ReceiptOptions receipt;
  LogCommands log;
  ReviewOptions review;
  PolicyOptions policy;
  OfficerOptions officer;
  int (*run)(const Console&, Choice&) = nullptr;
};

using Action = int (*)(const Console&, Choice&);

std::string IsName(const std::string& text) {
  if (text.empty() || text.front() == '.' || text.back() == '.')
    return "'" + text + "' is not DATASET or DATASET.VARIABLE";
  return IsUtf8(text);
}

// One name: no text that would make another request of the one that is shown.
std::string IsDataset(const std::string& text) {
  if (text.empty() || text.find_first_of(" \t\r\n") != std::string::npos)
    return "'" + text + "' is no name of a dataset";
  return IsUtf8(text);
}

std::string IsAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  int port = 0;
  const bool good = colon != std::string::npos && colon > 0 &&
                    absl::SimpleAtoi(text.substr(colon + 1), &port) && port > 0 && port < 65536;
  return good ? "" : "'" + text + "' is not HOST:PORT";
}

std::string IsGiven(const std::string& text) { return text.empty() ? "an empty name" : ""; }

CLI::App* Command(CLI::App& parent, Choice& choice, const std::string& name,
                  const std::string& description, const std::string& examples, Action run) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->footer("Examples:\n" + examples);
  AddProfile(*command, &choice.profile);
  command->callback([&choice, run] { choice.run = run; });
  return command;
}

void AddFormat(CLI::App& command, std::string& format, std::string& output) {
  command.add_option("--format", format, "table, csv or json")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kFormats), std::end(kFormats))))
      ->type_name("FORMAT")
      ->capture_default_str();
  command
      .add_option("-o,--output", output, "Write FILE and FILE.receipt instead of standard output")
      ->check(IsGiven)
      ->type_name("FILE");
}

void AddLogin(CLI::App& app, Choice& choice) {
  CLI::App* login =
      Command(app, choice, "login", "Keep the key and the addresses of a bundle",
              "  kluis login --bundle anna@heerlen.nl.bundle\n"
              "  kluis login --bundle anna.bundle --server enclave.example:7443 --profile test",
              [](const Console& console, Choice& c) {
                c.login.profile = c.profile;
                return Login(console, c.login);
              });
  login->add_option("--bundle", choice.login.bundle, "What the operator gave you")
      ->type_name("FILE")
      ->required();
  login->add_option("--server", choice.login.server, "Another address than the bundle's")
      ->check(IsAddress)
      ->type_name("HOST:PORT");
}

void AddCatalogue(CLI::App& app, Choice& choice) {
  CLI::App* datasets = Command(
      app, choice, "datasets", "What you may use, for which projects, until when",
      "  kluis datasets\n  kluis datasets --profile test", [](const Console& console, Choice& c) {
        c.catalogue.profile = c.profile;
        return ListDatasets(console, c.catalogue);
      });
  AddTableOrJson(*datasets, &choice.catalogue.format);
  CLI::App* describe =
      Command(app, choice, "describe", "The variables of a dataset, or the codes of a variable",
              "  kluis describe persoon\n  kluis describe persoon.buurt\n"
              "  kluis describe persoon --format json",
              [](const Console& console, Choice& c) {
                c.catalogue.profile = c.profile;
                return Describe(console, c.catalogue);
              });
  describe->add_option("what", choice.catalogue.what, "DATASET or DATASET.VARIABLE")
      ->check(IsName)
      ->type_name("NAME")
      ->required();
  AddTableOrJson(*describe, &choice.catalogue.format);
}

// What every question has; `what` it is.
void AddAsk(CLI::App& command, AskOptions& options, const std::string& what) {
  command
      .add_option("--project", options.project, "Default: the only project that covers the " + what)
      ->check(IsUtf8)
      ->type_name("P");
  AddFormat(command, options.format, options.output);
  command.add_flag("--dry-run", options.dry_run, "Judge the " + what + "; touch no data");
  command.add_flag("--explain", options.explain,
                   "Say what is asked, the rules, and coarser alternatives");
  command
      .add_option("--timeout", options.timeout_s, "Give up after so long, for example 90s or 5m")
      ->transform(
          CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}},
                                CLI::AsNumberWithUnit::CASE_SENSITIVE))
      ->check(CLI::Range(0.001, 86400.0))
      ->type_name("TIME")
      ->default_str("10m");
}

void AddQuery(CLI::App& app, Choice& choice) {
  QueryOptions& options = choice.query;
  CLI::App* query = Command(
      app, choice, "query", "Ask for a table; it is protected, logged, and comes with a receipt",
      "  kluis query -e \"SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente\"\n"
      "  kluis query -f tabel.sql --format csv -o tabel.csv\n"
      "  kluis query --dry-run --explain < tabel.sql",
      [](const Console& console, Choice& c) {
        c.query.ask.profile = c.profile;
        return Query(console, c.query);
      });
  CLI::Option* text = query->add_option_function<std::string>(
      "-e,--execute",
      [&options](const std::string& sql) {
        options.sql = sql;
        options.has_sql = true;
      },
      "The query; else -f, else standard input");
  text->type_name("SQL");
  query->add_option("-f,--file", options.sql_file, "A file with the query")
      ->type_name("FILE")
      ->excludes(text);
  AddAsk(*query, options.ask, "query");
}

void AddRegress(CLI::App& app, Choice& choice) {
  RegressOptions& options = choice.regress;
  CLI::App* regress =
      Command(app, choice, "regress", "Fit a model; it is judged, logged, and comes with a receipt",
              "  kluis regress \"inkomen ~ factor(geslacht) + factor(BAND(leeftijd, 10))\" "
              "--dataset persoon \\\n"
              "    --where \"leeftijd BETWEEN 25 AND 64\"\n"
              "  kluis regress \"schuld = 'ja' ~ factor(wijk) + factor(typhh)\" --dataset "
              "huishouden --family logit\n"
              "  kluis regress \"inkomen ~ factor(grootte) + schuldbedrag\" --dataset huishouden "
              "--dry-run --explain\n"
              "A term is a measure, or factor(...) of a dimension as in GROUP BY. A model tells "
              "counts and sums:\n"
              "it is released as a whole where these would be, else refused (docs/models.md).",
              [](const Console& console, Choice& c) {
                c.regress.ask.profile = c.profile;
                return Regress(console, c.regress);
              });
  regress->add_option("formula", options.formula, "OUTCOME ~ TERM + TERM")
      ->check(IsUtf8)
      ->type_name("FORMULA")
      ->required();
  regress->add_option("--dataset", options.dataset, "The dataset that the model is of")
      ->check(IsDataset)
      ->type_name("D")
      ->required();
  regress
      ->add_option_function<std::string>(
          "--where",
          [&options](const std::string& where) {
            options.where = where;
            options.has_where = true;
          },
          "Conditions on dimensions, as in a query")
      ->type_name("CONDITIONS");
  regress->add_option("--family", options.family, "ols, logit, probit or poisson")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kFamilies), std::end(kFamilies))))
      ->type_name("FAMILY")
      ->capture_default_str();
  AddAsk(*regress, options.ask, "model");
}

void AddReleases(CLI::App& app, Choice& choice) {
  CLI::App* releases = Command(app, choice, "releases", "Your releases, or one of them again",
                               "  kluis releases\n  kluis releases --format json\n"
                               "  kluis releases k3v7... --format csv -o tabel.csv",
                               [](const Console& console, Choice& c) {
                                 c.releases.profile = c.profile;
                                 return Releases(console, c.releases);
                               });
  CLI::Option* id =
      releases->add_option("id", choice.releases.id, "A release")->check(IsUtf8)->type_name("ID");
  AddFormat(*releases, choice.releases.format, choice.releases.output);
  releases->get_option("--output")->needs(id);

  CLI::App* receipt = app.add_subcommand("receipt", "Receipts of answers");
  receipt->require_subcommand(1);
  CLI::App* verify =
      Command(*receipt, choice, "verify", "Check a file against its receipt, without a server",
              "  kluis receipt verify tabel.csv\n"
              "  kluis receipt verify tabel.json --trust enclave.vkey",
              [](const Console& console, Choice& c) {
                c.receipt.profile = c.profile;
                return VerifyReceiptFile(console, c.receipt);
              });
  verify
      ->add_option("file", choice.receipt.file,
                   "A JSON answer, or a file that has FILE.receipt beside it")
      ->type_name("FILE")
      ->required();
  AddTableOrJson(*verify, &choice.receipt.format);
  verify
      ->add_option("--trust", choice.receipt.trust,
                   "A file with the log's public key, or a trust file with witnesses; default: the "
                   "profile's key")
      ->type_name("FILE");
}

int Parsed(const std::vector<std::string>& arguments, const Console& console) {
  CLI::App app("Protected statistics from an enclave: ask, verify, keep.", "kluis");
  Choice choice;
  app.set_version_flag("--version", "kluis 0.1.0");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  kluis login --bundle anna@heerlen.nl.bundle\n  kluis datasets\n"
      "  kluis query -e \"SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente\"\n\n"
      "Exit codes: 0 done, 1 our fault, 2 wrong usage or query, or what does not verify, 3 refused "
      "by policy,\n"
      "4 held for review, 5 not authenticated, 6 server unreachable or deadline passed.");
  AddLogin(app, choice);
  AddCatalogue(app, choice);
  AddQuery(app, choice);
  AddRegress(app, choice);
  AddReleases(app, choice);
  AddReview(app, &choice.review, [&choice] {
    choice.run = [](const Console& console, Choice& c) { return Review(console, c.review); };
  });
  AddPolicy(app, &choice.policy, [&choice] {
    choice.run = [](const Console& console, Choice& c) { return Policy(console, c.policy); };
  });
  AddOfficerCommands(*app.get_subcommand("policy"), &choice.officer, [&choice] {
    choice.run = [](const Console& console, Choice& c) {
      return OfficerCommand(console, c.officer);
    };
  });
  AddLog(app, &choice.log, [&choice] {
    choice.run = [](const Console& console, Choice& c) { return c.log.run(console, c.log); };
  });
  if (const std::string unknown = UnknownCommand(app, arguments); !unknown.empty()) {
    console.err << "error: " << unknown << "\n";
    return kExitUsage;
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, console.out, console.err) == 0 ? kExitDone : kExitUsage;
  }
  return choice.run(console, choice);
}

}  // namespace

int RunCli(const std::vector<std::string>& arguments, const Console& console) {
  try {
    const int exit = Parsed(arguments, console);
    const absl::Status written = FlushData(console);
    return written.ok() || exit != kExitDone ? exit : Fail(console, written);
  } catch (const std::exception& error) {
    console.err << "error: a fault of ours: " << error.what() << "\n";
    return kExitFault;
  }
}

}  // namespace kluis
