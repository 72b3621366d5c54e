// The tests that stand beside a policy (*_test.yaml), run before it is put in force.
#ifndef KLUIS_SERVER_ENCLAVE_SELF_TEST_H_
#define KLUIS_SERVER_ENCLAVE_SELF_TEST_H_

#include <string>

#include "absl/status/status.h"
#include "server/enclave/policies.h"

namespace kluis {

struct SelfTestOptions {
  std::string scratch = {};  // a folder of its own, made and removed
  std::string program = {};  // kluis-sdc; empty: beside this program, else in PATH
  int seconds_most = 120;
};

// `kluis-sdc policy test` on the files, in a process of its own: tests bring rows of their own, and
// see nothing of the enclave. OK where there are no tests. INVALID_ARGUMENT with what it says of a
// test that fails; UNAVAILABLE: it does not run, or not to its end.
absl::Status RunPolicyTests(const PolicyFiles& files, const SelfTestOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_SELF_TEST_H_
