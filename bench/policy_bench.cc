// What a privacy officer waits for: `kluis policy check` of the folder of a large institution.
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bench/bench.h"
#include "disclosure/base/check.h"
#include "disclosure/policy_check/check_report.h"
#include "disclosure/policy_check/policy_folder.h"

namespace kluis {
namespace {

constexpr size_t kFiles = 500;
constexpr char kProject[] = "projects/heerlen.yaml";

void ReadUnder(const std::string& folder, const std::string& prefix, PolicyFiles* files) {
  for (const auto& found : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = found.path().lexically_relative(folder).string();
    if (!absl::EndsWith(path, ".yaml") && !absl::EndsWith(path, ".csv")) continue;
    std::ostringstream text;
    text << std::ifstream(found.path()).rdbuf();
    (*files)[prefix + path] = text.str();
  }
}

// The demo's policy, and its first project again under other names until it has `kFiles` files.
PolicyFiles LargePolicy() {
  PolicyFiles files;
  const std::string policies = KLUIS_SOURCE_DIR "/policies";
  for (const char* folder : {"codes", "datasets", "projects"})
    ReadUnder(absl::StrCat(policies, "/demo/", folder), absl::StrCat(folder, "/"), &files);
  ReadUnder(policies + "/rules", "rules/", &files);
  const std::string project = files.at(kProject);
  for (int i = 0; files.size() < kFiles; ++i) {
    files[absl::StrCat("projects/heerlen-", i, ".yaml")] = absl::StrReplaceAll(
        project, {{"project: heerlen\n", absl::StrCat("project: heerlen-", i, "\n")}});
  }
  return files;
}

}  // namespace

std::vector<Comparison> PolicyBench() {
  const PolicyFiles files = LargePolicy();
  const auto ours = [&files] {
    const PolicyFolder folder = ReadPolicyFolder(files);
    KLUIS_CHECK(folder.ok());
    CheckReport(folder, CheckFormat::kText, Language::kEnglish);
  };
  const auto reference = [&files] {
    for (const auto& [path, text] : files) {
      if (absl::EndsWith(path, ".yaml")) KLUIS_CHECK(YAML::Load(text).IsDefined());
    }
  };
  return {Compare("policy/check",
                  absl::StrCat("yaml-cpp alone on the YAML of the same ", kFiles, " files"), ours,
                  reference)};
}

}  // namespace kluis
