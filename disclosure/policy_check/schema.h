// JSON Schema (draft 2020-12) of policy files, for editors: completion, words on hover, and a first
// check while typing. It is made from what the loader asks for while it reads complete examples, so
// keys, bounds and choices are the loader's own. What several keys or files say together (a minimum
// and its coalition, a project and its dataset), only the loader knows: it never accepts less than
// the schema refuses, and may refuse more.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_SCHEMA_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy_check/message_catalogue.h"

namespace kluis {

// "rules", "preset", "project", "dataset", "indicator", "officers", "witnesses".
const std::vector<std::string>& SchemaKinds();

// The schema with its descriptions in a language; ends in a line break. REQUIRES: a kind of
// SchemaKinds().
std::string PolicySchema(absl::string_view kind, Language language);

// Of a path of a schema ("frequency.minimum", "grants[].where"), in words. Empty: the table does
// not have it.
std::string KeyDescription(absl::string_view kind, absl::string_view path, Language language);

// Examples that have every key between them, which the schema is made from.
std::vector<std::string> CompleteExamples(absl::string_view kind);

// Paths of all keys of a schema, as KeyDescription() takes them.
std::vector<std::string> SchemaPaths(absl::string_view kind);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_SCHEMA_H_
