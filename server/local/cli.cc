#include "server/local/cli.h"

#include <CLI/CLI.hpp>
#include <exception>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "disclosure/base/unknown_command.h"
#include "server/local/commands.h"
#include "server/local/policy_command.h"
#include "server/local/specify.h"

namespace kluis {
namespace {

constexpr char kExitCodes[] =
    "Exit codes: 0 done, 1 our fault, 2 wrong usage, input or query, 3 refused, or a cell is not "
    "protected, 6 deadline passed.";

// "500ms", "10s", "2m", as a rule set writes it.
std::string ReadDuration(const std::string& text, std::optional<int64_t>* milliseconds) {
  absl::string_view digits = text;
  const int64_t unit = absl::ConsumeSuffix(&digits, "ms")  ? 1
                       : absl::ConsumeSuffix(&digits, "s") ? 1000
                       : absl::ConsumeSuffix(&digits, "m") ? 60'000
                       : absl::ConsumeSuffix(&digits, "h") ? 3'600'000
                                                           : 0;
  int64_t count = 0;
  const bool good =
      unit != 0 && digits.size() <= 9 && absl::SimpleAtoi(digits, &count) && count > 0;
  if (!good) return "'" + text + "' is no duration: write for example 500ms, 10s or 2m";
  *milliseconds = count * unit;
  return "";
}

constexpr char kProtectExamples[] =
    "Examples:\n"
    "  kluis-sdc protect --microdata firms.csv.gz --describe policies/datasets/firms.yaml \\\n"
    "    --table \"SELECT sbi, gemeente, SUM(omzet) AS omzet FROM firms GROUP BY CUBE (sbi, "
    "gemeente)\" \\\n"
    "    --rules policies/rules/business.yaml -o omzet.csv --report omzet.json\n"
    "  kluis-sdc protect --microdata firms.parquet --describe firms.yaml --rules rules.yaml \\\n"
    "    --table \"SELECT sbi, grootte, COUNT(*) AS n FROM firms GROUP BY CUBE (sbi, grootte)\" "
    "\\\n"
    "    --table \"SELECT gemeente, grootte, COUNT(*) AS n FROM firms GROUP BY CUBE (gemeente, "
    "grootte)\"\n"
    "  kluis-sdc protect --microdata tau_testW.asc --metadata tau_testW.rda --rules rules.yaml "
    "\\\n"
    "    --specify '\"Size\"\"Region\"|\"Var2\"' -o var2.csv --jj-out var2.jj\n"
    "  kluis-sdc protect --table-file var2.tab --metadata var2.rda --apriori var2.hst \\\n"
    "    --rules rules.yaml -o var2.csv\n"
    "  kluis-sdc protect --jj var2.jj -o cells.csv --jj-out solved.jj\n"
    "The microdata are read into a private temporary folder (TMPDIR) that is gone at the end, "
    "however it comes.";

// What tau-ARGUS keeps its data in (docs/argus.md).
void AddArgusInputs(CLI::App* protect, ProtectCommand& command) {
  protect
      ->add_option("--metadata", command.metadata,
                   "What tau-ARGUS knows of the microdata or of the table. Code files are looked "
                   "for where it says, or beside it")
      ->type_name("FILE.rda");
  protect
      ->add_option("--table-file", command.table_file,
                   "A table that exists already, with --metadata: its statuses, or else the rules "
                   "on its columns, say what is unsafe")
      ->type_name("FILE.tab");
  protect
      ->add_option("--jj", command.jj,
                   "A table as cells and relations, with statuses, levels, costs and bounds")
      ->type_name("FILE.jj");
  protect
      ->add_option("--apriori", command.apriori,
                   "Decisions on single cells, after the rules or the statuses")
      ->type_name("FILE.hst");
  protect
      ->add_option("--primaries", command.primaries,
                   "Of a --table-file: the rules, or the statuses of the file; default: the file's "
                   "where it has a <STATUS>")
      ->type_name("rules|file")
      ->check(CLI::IsMember({"rules", "file"}));
  protect->add_flag("--unweighted", command.unweighted,
                    "Take the <WEIGHT> variable of the metadata for an ordinary one");
}

// Tables of microdata, in the order in which they are named, whichever option names them.
void AddTables(CLI::App* protect, ProtectCommand& command) {
  protect
      ->add_option_function<std::string>(
          "--table",
          [&command](const std::string& sql) {
            command.tables.push_back(sql);
            command.shadows.emplace_back();
          },
          "A SELECT of docs/sql.md, FROM the entry's dataset, or with --metadata from any name. "
          "Several are protected jointly; they have the same WHERE")
      ->type_name("SQL")
      ->trigger_on_parse();
  protect
      ->add_option_function<std::string>(
          "--specify",
          [&command](const std::string& text) {
            const absl::StatusOr<Specification> read = ReadSpecification(text);
            if (!read.ok()) throw CLI::ValidationError(std::string(read.status().message()));
            command.tables.push_back(read->sql);
            command.shadows.push_back(read->shadow);
          },
          "A table as <SPECIFYTABLE> of a batch file names it: spanning variables | response, or "
          "<freq> for counts | shadow variable")
      ->type_name("TEXT")
      ->trigger_on_parse();
}

// How the work is done.
void AddWork(CLI::App* protect, ProtectCommand& command) {
  protect->add_option("--rules", command.rules, "A rule set (docs/rules.md); not with --jj")
      ->type_name("RULES.yaml");
  protect
      ->add_option(
          "--cells", command.cells,
          "Wishes for single cells: codes, and in the last column keep (shown whatever the "
          "price), prefer (hidden rather than another) or avoid")
      ->type_name("FILE.csv");
  protect
      ->add_option_function<std::string>(
          "--deadline",
          [&command](const std::string& text) {
            const std::string fault = ReadDuration(text, &command.deadline_ms);
            if (!fault.empty()) throw CLI::ValidationError("--deadline", fault);
          },
          "For the suppression, as counted work: the same result on every machine; default: the "
          "rule set's")
      ->type_name("TIME");
  protect->add_option("--threads", command.threads, "Of the database; default: all")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  protect
      ->add_option(
          "--seed", command.seed,
          "Key the costs with a secret number, so that nobody can run the method backwards")
      ->type_name("N");
  protect
      ->add_option(
          "--audit", command.audit,
          "The interval of each hidden cell (all), of primaries, only whether primaries keep "
          "what is required (judgement: their intervals are at least as wide as said), by no "
          "program but the proofs of the pattern, one by one (certificates), or none; default: "
          "all up to 20,000 cells, above certificates")
      ->type_name("all|primaries|judgement|certificates|none")
      ->check(CLI::IsMember({"all", "primaries", "judgement", "certificates", "none"}));
}

void AddProtect(CLI::App& app, ProtectCommand& command, int& chosen) {
  CLI::App* protect = app.add_subcommand(
      "protect",
      "Make tables from microdata, or take one that exists; suppress what the rules ask, and audit "
      "the result");
  protect
      ->add_option("--microdata", command.microdata,
                   "CSV, CSV.gz or Parquet with a header; with --metadata also records of fixed "
                   "width")
      ->type_name("FILE");
  protect
      ->add_option("--describe", command.entry,
                   "The catalogue entry. Its code lists are relative to the nearest folder named "
                   "policies above it, or beside it")
      ->type_name("DATASET.yaml");
  AddArgusInputs(protect, command);
  AddTables(protect, command);
  AddWork(protect, command);
  protect->add_option("-o,--output", command.output, "The table; default: standard output")
      ->type_name("FILE.csv");
  protect->add_option("--report", command.report, "Every cell with status, rule and interval")
      ->type_name("FILE.json");
  protect
      ->add_option("--jj-out", command.jj_output,
                   "The first table with its statuses, for the solvers of tau-ARGUS")
      ->type_name("FILE.jj");
  protect->footer(kProtectExamples);
  protect->callback([&chosen] { chosen = 1; });
}

void AddAudit(CLI::App& app, AuditCommand& command, int& chosen) {
  CLI::App* audit = app.add_subcommand(
      "audit", "The interval that an attacker can derive for every cell that a table hides");
  audit->add_option("--table", command.table, "CSV or CSV.gz with a header")->type_name("FILE.csv");
  audit
      ->add_option("--describe", command.description,
                   "What its columns mean. Code lists are relative to it, or to the nearest folder "
                   "named policies above it")
      ->type_name("TABLE.yaml");
  audit
      ->add_option("--jj", command.jj,
                   "Instead of both: a table of tau-ARGUS's solvers, with its statuses, levels and "
                   "bounds")
      ->type_name("FILE.jj");
  audit->add_option("-o,--output", command.output, "The report; default: standard output")
      ->type_name("FILE.json");
  audit->footer(
      "TABLE.yaml:\n"
      "  dimensions: {sbi: {codes: sbi2008.csv}, grootte: {values: [klein, groot]}}\n"
      "  value: omzet\n"
      "  status: omzet_status    # ok, empty, primary, secondary or suppressed\n"
      "  required: [low, high]   # columns; without them no primary may be exact\n"
      "  bounds: [0, null]       # what everyone knows of any value\n"
      "Examples:\n"
      "  kluis-sdc audit --table omzet.csv --describe omzet.yaml > audit.json\n"
      "  kluis-sdc audit --jj var2.jj > audit.json");
  audit->callback([&chosen] { chosen = 2; });
}

void AddReport(CLI::App& app, ReportCommand& command, int& chosen) {
  CLI::App* report = app.add_subcommand(
      "report", "A page for people: one HTML file, no scripts, no links outside");
  report->add_option("report", command.report, "What protect --report or audit wrote")
      ->type_name("FILE.json")
      ->required();
  report
      ->add_option(
          "--table", command.table,
          "The CSV of the same run: shows the empty cells too, which the report counts only")
      ->type_name("FILE.csv");
  report->add_option("--title", command.title, "Title of the page")->type_name("TEXT");
  report->add_option("-o,--output", command.output, "The page; default: standard output")
      ->type_name("FILE.html");
  report->footer("Example:\n  kluis-sdc report omzet.json --table omzet.csv -o omzet.html");
  report->callback([&chosen] { chosen = 3; });
}

void AddTelling(CLI::App& app, PolicyCommand& command) {
  app.add_option("--format", command.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  app.add_option("--lang", command.language, "nl or en, of the text")
      ->check(CLI::IsMember({"nl", "en"}))
      ->type_name("LANG")
      ->capture_default_str();
}

// What `kluis policy test` and `explain` hand over, and whoever has this program alone.
void AddPolicy(CLI::App& app, PolicyCommand& command, int& chosen) {
  CLI::App* policy = app.add_subcommand("policy", "A policy folder on the pipeline of an enclave");
  policy->require_subcommand(1);
  CLI::App* test = policy->add_subcommand(
      "test", "Run the *_test.yaml of a policy folder: small tables, and what must come of them");
  test->add_option("dir", command.folder, "The policy folder")->type_name("DIR")->required();
  AddTelling(*test, command);
  test->footer("Example:\n  kluis-sdc policy test policies");
  test->callback([&chosen] { chosen = 4; });
  CLI::App* explain = policy->add_subcommand(
      "explain", "Which rules a query meets, with what values, from which line of which file");
  explain->add_option("dir", command.folder, "The policy folder")->type_name("DIR")->required();
  explain->add_option("--query", command.query, "A file with the SQL")
      ->type_name("FILE.sql")
      ->required();
  explain->add_option("--project", command.project, "Whose rules and grants")
      ->type_name("P")
      ->required();
  AddTelling(*explain, command);
  explain->footer(
      "Example:\n  kluis-sdc policy explain policies --query tabel.sql --project heerlen");
  explain->callback([&chosen] { chosen = 5; });
}

// The subcommand that the arguments name, and a blank.
std::string CommandOf(const CLI::App& app, const std::vector<std::string>& arguments) {
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!arguments.empty() && command->get_name() == arguments[0]) return arguments[0] + " ";
  }
  return "";
}

int Parsed(const std::vector<std::string>& arguments, const LocalConsole& console) {
  CLI::App app("Statistical disclosure control on a file of one's own, without a server.",
               "kluis-sdc");
  app.set_version_flag("--version", "kluis-sdc 0.1.0");
  app.require_subcommand(1);
  app.footer(std::string("Examples:\n  kluis-sdc protect --help\n"
                         "  kluis-sdc audit --table omzet.csv --describe omzet.yaml\n"
                         "  kluis-sdc report omzet.json -o omzet.html\n\n") +
             kExitCodes);
  ProtectCommand protect;
  AuditCommand audit;
  ReportCommand report;
  PolicyCommand policy;
  int chosen = 0;
  AddProtect(app, protect, chosen);
  AddAudit(app, audit, chosen);
  AddReport(app, report, chosen);
  AddPolicy(app, policy, chosen);
  if (const std::string unknown = UnknownCommand(app, arguments); !unknown.empty()) {
    console.err << "error: " << unknown << "\n";
    return kLocalUsage;
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app.exit(error, console.out, console.err);
      return kLocalDone;
    }
    console.err << "error: " << error.what() << "\nhint: kluis-sdc " << CommandOf(app, arguments)
                << "--help tells the options\n";
    return kLocalUsage;
  }
  const std::string fault = chosen == 1   ? CheckProtect(protect)
                            : chosen == 2 ? CheckAudit(audit)
                                          : "";
  if (!fault.empty()) {
    console.err << "error: " << fault << "\n";
    return kLocalUsage;
  }
  if (chosen == 1) return RunProtect(console, protect);
  if (chosen == 4) return RunPolicyTests(console, policy);
  if (chosen == 5) return ExplainPolicy(console, policy);
  return chosen == 2 ? RunAudit(console, audit) : RunReport(console, report);
}

}  // namespace

int RunLocal(const std::vector<std::string>& arguments, const LocalConsole& console) {
  try {
    return Parsed(arguments, console);
  } catch (const std::exception& error) {
    console.err << "error: a fault of ours: " << error.what() << "\n";
    return kLocalFault;
  }
}

}  // namespace kluis
