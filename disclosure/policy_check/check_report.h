// What `kluis policy check` prints: for people, for scripts, and for what shows findings in a file
// (SARIF 2.1.0, OASIS).
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_CHECK_REPORT_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_CHECK_REPORT_H_

#include <string>

#include "disclosure/policy_check/message_catalogue.h"
#include "disclosure/policy_check/policy_folder.h"

namespace kluis {

enum class CheckFormat { kText, kJson, kSarif };

// Errors, then warnings, then one line of counts. `kJson`: one object {"ok", "policy", "errors",
// "warnings"}, each finding {"id", "file", "line", "column", "message", "hint", "arguments"}.
std::string CheckReport(const PolicyFolder& folder, CheckFormat format, Language language);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_CHECK_REPORT_H_
