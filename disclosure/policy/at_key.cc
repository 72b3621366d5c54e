#include "absl/strings/numbers.h"
#include "disclosure/policy/diagnostic_sink.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {

Diagnostic AtKey(const YamlNode& root, absl::string_view yaml, absl::string_view file_name,
                 const std::vector<std::string>& path, const std::string& message,
                 const std::string& hint) {
  int line = 0, column = 0;
  const YamlNode* node = &root;
  for (const std::string& key : path) {
    const YamlNode* next = node->Find(key);
    size_t index = 0;
    if (node->kind == YamlNode::Kind::kSequence && absl::SimpleAtoi(key, &index) &&
        index < node->items.size())
      next = &node->items[index];
    if (next == nullptr) break;
    node = next;
    line = node->line;
    column = node->column;
  }
  DiagnosticSink sink(yaml, file_name);
  sink.Add(line, column, message, hint);
  return sink.Sorted()[0];
}

Diagnostic AtKey(absl::string_view yaml, absl::string_view file_name,
                 const std::vector<std::string>& path, const std::string& message,
                 const std::string& hint) {
  DiagnosticSink ignored(yaml, file_name);
  const auto root = ParseYaml(yaml, &ignored);
  return AtKey(root ? *root : YamlNode(), yaml, file_name, path, message, hint);
}

}  // namespace kluis
