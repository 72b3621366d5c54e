// The strict YAML layer: text -> a tree in which every node and key knows its place. What other
// readers of YAML would read otherwise than its author is an error here, and nothing is converted:
// a scalar stays the text that was written. Internal to disclosure/policy,
// policy_check, policy_change and argus.
#ifndef KLUIS_DISCLOSURE_POLICY_YAML_TREE_H_
#define KLUIS_DISCLOSURE_POLICY_YAML_TREE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic_sink.h"

namespace kluis {

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  std::string text;             // of a scalar
  bool plain = false;           // a scalar without quotes
  bool faulty = false;          // already reported: a reader says nothing more about it
  int line = 0;                 // from 1; of a null value: where its key stands
  int column = 0;               // from 1, in code points
  std::vector<YamlNode> keys;   // of a map, in file order: scalars, unique
  std::vector<YamlNode> items;  // the values of a map, or the items of a sequence

  const YamlNode* Find(absl::string_view key) const;  // value; null when there is none
};

// Errors: over 1 MiB; not UTF-8; tabs, control and direction characters; directives, several
// documents; anchors, aliases, tags, merge keys; keys that are no scalar; duplicate keys (with both
// places); depth over 16; and as plain values: yes, no, on, off, y, n, octal, hexadecimal and
// underscored numbers, infinities and NaN; quotes that are not closed on their line. The tree is
// there when its shape is right, so that readers find the other mistakes too; it is good only when
// the sink stayed empty. Never throws.
//
// `letters_are_text`: a plain y or n is a text, where columns of tables are named and nothing is a
// boolean.
std::optional<YamlNode> ParseYaml(absl::string_view text, DiagnosticSink* sink,
                                  bool letters_are_text = false);

// The checks of the bytes, before any parser sees them. False when something is wrong.
bool CheckYamlText(absl::string_view text, DiagnosticSink* sink);

struct Ambiguity {
  std::string reason;  // "is an octal number to some readers of YAML"; empty: it is none
  std::string hint;
};

// Why a plain scalar means something else to other readers.
Ambiguity AmbiguousPlainScalar(absl::string_view text);

// What is wrong with the characters of one line: "a tab"; empty: nothing. *column is where.
std::string LineFault(absl::string_view line, int* column);

// Column in code points, from 1, of byte `offset` (from 0) of a line.
int CodePointColumn(absl::string_view line, int offset);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_YAML_TREE_H_
