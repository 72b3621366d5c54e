#include "server/query/tree.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/query/parser_thread.h"

namespace kluis {
namespace {

// Only messages that quote no more than the user's own text.
std::string SafeSyntaxMessage(const std::string& message) {
  constexpr size_t kMessageBytesMax = 160;
  for (const char* known :
       {"syntax error", "unterminated ", "zero-length delimited", "trailing junk"}) {
    if (absl::StartsWith(message, known) && message.size() <= kMessageBytesMax) return message;
  }
  return "syntax error";
}

// Editors leave characters that look like white space and are none.
std::string SyntaxHint(const std::string& text) {
  if (absl::StrContains(text, "\xC2\xA0") || absl::StrContains(text, "\xEF\xBB\xBF"))
    return "write plain spaces: the text has a no-break space or a byte order mark";
  return "write SELECT dimensions, statistics FROM dataset GROUP BY dimensions";
}

int DepthOf(absl::string_view json) {
  int depth = 0, deepest = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

void FindSmallestLocation(const Json& node, int* smallest) {
  for (const auto& [name, value] : node.items()) {
    if (value.is_structured()) FindSmallestLocation(value, smallest);
    if (name != "location" || !value.is_number_integer()) continue;
    const int location = value.get<int>();
    if (location >= 0 && (*smallest < 0 || location < *smallest)) *smallest = location;
  }
}

// Where a text in the tree has what the query itself may not have: an escape stands for it. -1:
// nowhere. `at`: where the closest node above stands.
int FindUnreadable(const Json& node, int at) {
  if (node.is_string()) return IsReadableQueryText(node.get_ref<const std::string&>()) ? -1 : at;
  const auto own = node.find("location");
  if (own != node.end() && own->is_number_integer()) at = std::max(own->get<int>(), 0);
  for (const Json& value : node) {
    const int found = value.is_structured() || value.is_string() ? FindUnreadable(value, at) : -1;
    if (found >= 0) return found;
  }
  return -1;
}

}  // namespace

bool ParseContext::Refuse(absl::string_view code, int byte_offset, std::string message,
                          std::string hint) {
  if (refusal.has_value()) return false;
  return RefuseAt(source.At(byte_offset), std::string(code), std::move(message), std::move(hint));
}

bool ParseContext::RefuseAt(SourcePosition at, std::string code, std::string message,
                            std::string hint) {
  refusal = UsageAt(std::move(code), std::move(message), at, std::move(hint));
  return false;
}

Json ParseStatement(ParseContext& context) {
  RawParse raw;
  raw.text = std::string(context.source.text());
  if (!RunParser(&raw)) {
    raw.failed = true;
    raw.error = "syntax error";
  }
  if (raw.failed) {
    const SourcePosition at = context.source.AtCodePoint(std::max(raw.cursor - 1, 0));
    context.RefuseAt(at, "SYNTAX_ERROR", SafeSyntaxMessage(raw.error), SyntaxHint(raw.text));
    return Json();
  }
  if (DepthOf(raw.tree) > kNestingMax) {
    context.Refuse("NESTING_TOO_DEEP", 0, "the query nests too deeply",
                   "write it with fewer levels of brackets and operators");
    return Json();
  }
  Json tree = Json::parse(raw.tree, nullptr, /*allow_exceptions=*/false);
  const Json& statements = ListAt(tree, "stmts");
  if (statements.empty()) {
    context.Refuse("EMPTY_QUERY", 0, "there is no query", "write SELECT COUNT(*) FROM dataset");
    return Json();
  }
  if (statements.size() > 1) {
    const int second = context.source.SkipBlanks(statements[1].value("stmt_location", 0));
    context.Refuse("SEVERAL_STATEMENTS", second, "a request is one SELECT",
                   "send the statements one by one");
    return Json();
  }
  Json statement = statements[0].value("stmt", Json());
  if (const int at = FindUnreadable(statement, 0); at >= 0) {
    context.Refuse("INVALID_TEXT", at, "an escape stands for a control character that is not shown",
                   "leave it out");
    return Json();
  }
  return statement;
}

std::pair<std::string, const Json*> Unwrap(const Json& node) {
  if (!node.is_object() || node.size() != 1 || !node.begin().value().is_object())
    return {"", &node};
  return {node.begin().key(), &node.begin().value()};
}

const Json& ListAt(const Json& node, const char* name) {
  static const Json* const kEmpty = new Json(Json::array());
  const auto found = node.find(name);
  return found != node.end() && found->is_array() ? *found : *kEmpty;
}

std::string TextAt(const Json& node, const char* name) {
  const auto found = node.find(name);
  return found != node.end() && found->is_string() ? found->get<std::string>() : "";
}

bool FlagAt(const Json& node, const char* name) {
  const auto found = node.find(name);
  return found != node.end() && found->is_boolean() && found->get<bool>();
}

int LocationOf(const Json& node, int otherwise) {
  int smallest = -1;
  if (node.is_structured()) FindSmallestLocation(node, &smallest);
  return smallest < 0 ? otherwise : smallest;
}

bool NamesOf(const Json& list, std::vector<std::string>* names) {
  for (const Json& item : list) {
    const auto [kind, fields] = Unwrap(item);
    if (kind != "String") return false;
    names->push_back(TextAt(*fields, "sval"));
  }
  return true;
}

}  // namespace kluis
