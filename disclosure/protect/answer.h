// The canonical JSON of an answer: what the log commits to and what every client format is made of.
#ifndef KLUIS_DISCLOSURE_PROTECT_ANSWER_H_
#define KLUIS_DISCLOSURE_PROTECT_ANSWER_H_

#include <map>
#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/protect/protected_table.h"

namespace kluis {

struct AnswerContext {
  std::string release;  // id
  std::string rules;    // name of the rule set
  std::string policy_sha256;
  std::map<std::string, std::vector<std::string>> scope;  // variable -> codes the query was narrowed to
};

// Keys sorted, no white space, UTF-8, numbers as the shortest text that reads back equal: the object
// of docs/answer.md without `receipt`. Values with decimals are numbers such as 12013.25; a suppressed
// value is null with its status.
std::string CanonicalAnswer(const ProtectedTable& table, const AnswerContext& context);

// {"reasons": [...], "release": ..., "status": "refused", ...}; status "held" of the kind kHeld.
std::string CanonicalRefusal(const Refusal& refusal, const AnswerContext& context);

// {"cells": n, "plan": ..., "status": "allowed", ...}: the answer of --dry-run.
std::string CanonicalAllowed(const ReleaseShape& shape, int64_t cells, const std::string& plan,
                             const AnswerContext& context);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_ANSWER_H_
