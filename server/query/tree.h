// PostgreSQL's parse tree as JSON, and the place where refusals of the language are made.
// Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_TREE_H_
#define KLUIS_SERVER_QUERY_TREE_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"
#include "nlohmann/json.hpp"
#include "server/query/source_text.h"

namespace kluis {

using Json = nlohmann::json;

// Deeper trees are refused before anything walks them.
inline constexpr int kNestingMax = 200;

// The text being judged and the first thing that is wrong with it.
struct ParseContext {
  const SourceText& source;
  std::optional<Refusal> refusal;

  // Records a refusal at a byte offset (only the first counts); always false, to be returned.
  bool Refuse(absl::string_view code, int byte_offset, std::string message, std::string hint);
  // Likewise, whatever was refused before.
  bool RefuseAt(SourcePosition at, std::string code, std::string message, std::string hint);
};

// The only statement's node, for example {"SelectStmt": {...}}; null (with a refusal) otherwise.
Json ParseStatement(ParseContext& context);

// {"ColumnRef": {...}} -> "ColumnRef" and its fields; an empty name for anything else.
std::pair<std::string, const Json*> Unwrap(const Json& node);

// `node[name]` as a list; an empty list when it is absent.
const Json& ListAt(const Json& node, const char* name);
std::string TextAt(const Json& node, const char* name);
bool FlagAt(const Json& node, const char* name);

// Where a node stands in the text: the smallest offset in it, `otherwise` when it has none.
int LocationOf(const Json& node, int otherwise);

// The names of a list of {"String": {"sval": ...}} nodes; false when there is another one in it.
bool NamesOf(const Json& list, std::vector<std::string>* names);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_TREE_H_
