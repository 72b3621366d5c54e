// The scope of a grant: codes of variables outside of which no row is seen.
#ifndef KLUIS_SERVER_ACCESS_SCOPE_H_
#define KLUIS_SERVER_ACCESS_SCOPE_H_

#include <optional>
#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/policy/dataset_entry.h"
#include "disclosure/policy/project.h"
#include "server/query/parsed_query.h"

namespace kluis {

// The variable whose codes `variable` uses: itself, or the one that `of` names (decision 1). Null
// when the entry contradicts itself.
const Variable* BaseVariable(const DatasetEntry& entry, const Variable& variable);

// `code` is one of `codes` or lies below one of them in the code list.
bool WithinCodes(const CodeList& list, const std::string& code,
                 const std::vector<std::string>& codes);

// A kPolicy refusal with position when the condition names a code outside the grant's `where` on a
// variable of the same code tree. Codes that are in no list are left to the plan.
std::optional<Refusal> CheckScope(const Condition& condition, const DatasetEntry& entry,
                                  const Grant& grant);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_SCOPE_H_
