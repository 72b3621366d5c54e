#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy_check/message_catalogue.h"
#include "server/local/policy_command.h"
#include "server/local/policy_trial.h"

namespace kluis {
namespace {

using Json = nlohmann::ordered_json;

struct TestRun {
  std::string file, name;
  int outcomes = 0;
  std::vector<TrialFault> faults;
};

TestRun RunFile(const LoadedPolicy& policy, const std::string& file, const std::string& text,
                Language language, std::set<std::string>* covered) {
  const auto told = [language](absl::string_view english) {
    return RecogniseMessage(english, language).text;
  };
  TestRun run{file, "", 0, {}};
  const Parsed<PolicyTest> parsed = ParsePolicyTest(text, file);
  run.name = parsed.value.name;
  for (const Diagnostic& diagnostic : parsed.diagnostics)
    run.faults.push_back({diagnostic.line, told(diagnostic.message)});
  if (!parsed.ok()) return run;
  absl::StatusOr<TrialResult> result = RunTrial(policy, parsed.value);
  if (!result.ok()) {
    run.faults.push_back({1, told(result.status().message())});
    return run;
  }
  run.outcomes = result->outcomes;
  run.faults = std::move(result->faults);
  for (TrialFault& fault : run.faults) fault.message = told(fault.message);
  covered->insert(result->covered.begin(), result->covered.end());
  return run;
}

std::string TextOf(const std::vector<TestRun>& runs, const std::set<std::string>& all,
                   const std::set<std::string>& covered, bool dutch) {
  const auto word = [dutch](const char* english, const char* nl) { return dutch ? nl : english; };
  std::string out;
  size_t failed = 0, hit = 0;
  for (const TestRun& run : runs) {
    failed += run.faults.empty() ? 0 : 1;
    absl::StrAppend(&out, run.faults.empty() ? word("ok    ", "goed  ") : word("FAILS ", "FOUT  "),
                    run.file, ": ", run.name, " (", run.outcomes,
                    run.outcomes == 1 ? word(" outcome)\n", " uitkomst)\n")
                                      : word(" outcomes)\n", " uitkomsten)\n"));
    for (const TrialFault& fault : run.faults)
      absl::StrAppend(&out, "  ", run.file, ":", fault.line, ": ", fault.message, "\n");
  }
  for (const std::string& rule : all) {
    const bool met = covered.count(rule) > 0;
    hit += met ? 1 : 0;
    absl::StrAppend(&out, met ? word("met     ", "geraakt ") : word("not met ", "niet    "), rule,
                    "\n");
  }
  absl::StrAppend(&out, runs.size(), runs.size() == 1 ? " test, " : " tests, ", failed,
                  word(" failed; ", " fout; "), hit, word(" of ", " van "), all.size(),
                  word(" rules met\n", " regels geraakt\n"));
  return out;
}

std::string JsonOf(const std::vector<TestRun>& runs, const std::set<std::string>& all,
                   const std::set<std::string>& covered) {
  Json tests = Json::array(), rules = Json::array();
  bool ok = true;
  for (const TestRun& run : runs) {
    Json faults = Json::array();
    for (const TrialFault& fault : run.faults)
      faults.push_back({{"line", fault.line}, {"message", fault.message}});
    ok &= run.faults.empty();
    tests.push_back(
        {{"file", run.file}, {"name", run.name}, {"outcomes", run.outcomes}, {"faults", faults}});
  }
  for (const std::string& rule : all)
    rules.push_back({{"rule", rule}, {"met", covered.count(rule) > 0}});
  const Json json = {{"ok", ok}, {"tests", tests}, {"rules", rules}};
  return absl::StrCat(json.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

}  // namespace

int RunPolicyTests(const LocalConsole& console, const PolicyCommand& command) {
  const absl::StatusOr<LoadedPolicy> policy = LoadPolicyFolder(command.folder);
  if (!policy.ok()) return LocalFail(console, policy.status());
  const Language language = command.dutch() ? Language::kDutch : Language::kEnglish;
  std::vector<TestRun> runs;
  std::set<std::string> covered;
  for (const auto& [file, text] : policy->folder.files) {
    if (absl::EndsWith(file, "_test.yaml"))
      runs.push_back(RunFile(*policy, file, text, language, &covered));
  }
  if (runs.empty())
    return LocalFail(console, absl::InvalidArgumentError(
                                  absl::StrCat(command.folder,
                                               ": there are no tests\nhint: write rules/"
                                               "own_test.yaml; docs/policy.md has an example")));
  const std::set<std::string> all = RulesToCover(policy->folder);
  console.out << (command.format == "json" ? JsonOf(runs, all, covered)
                                           : TextOf(runs, all, covered, command.dutch()));
  const bool failed =
      std::any_of(runs.begin(), runs.end(), [](const TestRun& run) { return !run.faults.empty(); });
  return failed ? kLocalUsage : kLocalDone;
}

}  // namespace kluis
