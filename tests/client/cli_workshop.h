// The command line in a folder of its own, with a small server and answers for it to give.
#ifndef KLUIS_TESTS_CLIENT_CLI_WORKSHOP_H_
#define KLUIS_TESTS_CLIENT_CLI_WORKSHOP_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "client/cli.h"
#include "gtest/gtest.h"
#include "tests/client/fake_enclave.h"

namespace kluis {

// Answers of the server: one of two cells, a refusal, and that of a dry run.
inline constexpr char kReleased[] =
    R"({"columns":[{"name":"buurt","role":"dimension"},{"name":"n","role":"measure","statistic":"count"}],)"
    R"("protection":{"cells":2,"policy":"sha256:ab","rules":"standard","suppressed":1},"reasons":[],"release":"r1",)"
    R"("rows":[{"buurt":"BU1","n":{"status":"ok","value":1234}},{"buurt":"BU2","n":{"status":"suppressed","value":null}}],)"
    R"("scope":{},"status":"released"})";

inline std::string Refused(const std::string& kind) {
  return R"({"columns":[],"protection":{"cells":0,"policy":"","rules":"","suppressed":0},"reasons":[{"code":"UNKNOWN",)"
         R"("column":8,"hint":"try wijk","kind":")" +
         kind +
         R"(","line":1,"message":"wijken is unknown"}],"release":"r1","rows":[],"scope":{},"status":"refused"})";
}

inline constexpr char kAllowed[] =
    R"({"cells":2,"columns":[],"plan":"population: persons\nrows:       one for each buurt: 2\n","protection":{"cells":2,"policy":"sha256:ab","rules":"standard",)"
    R"("suppressed":null},"reasons":[],"release":"","rows":[],"scope":{},"status":"allowed"})";

// Of a command: what it wrote on standard output and on standard error.
struct Result {
  int exit;
  std::string out, err;
};

class CliTest : public testing::Test {
 protected:
  explicit CliTest(const std::vector<grpc::Service*>& more = {})
      : folder_(MakeFolder()), enclave_(folder_, more) {
    enclave_.answer = kReleased;
    std::ofstream(folder_ + "/bundle") << enclave_.Bundle();
    std::ofstream(folder_ + "/trust") << "# the demo's log\nlog " << enclave_.log_key() << "\n";
  }

  ~CliTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static std::string MakeFolder() {
    std::string name = testing::TempDir() + "/kluis-cli-XXXXXX";
    return mkdtemp(name.data());
  }

  Result Run(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    const std::string config = folder_ + "/config";
    const Console console = {in, out, err, false, false, [config](const std::string& name) {
                               return name == "XDG_CONFIG_HOME" ? std::optional(config)
                                                                : std::nullopt;
                             }};
    const int exit = RunCli(arguments, console);
    return {exit, out.str(), err.str()};
  }

  // With the bundle of the server, which the profile keeps.
  Result Login() { return Run({"login", "--bundle", folder_ + "/bundle"}); }

  std::string folder_;
  FakeEnclave enclave_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_CLIENT_CLI_WORKSHOP_H_
