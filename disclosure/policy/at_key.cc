#include "disclosure/policy/diagnostic_sink.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {

Diagnostic AtKey(absl::string_view yaml, absl::string_view file_name,
                 const std::vector<std::string>& path, const std::string& message,
                 const std::string& hint) {
  DiagnosticSink ignored(yaml, file_name);
  int line = 0, column = 0;
  if (const auto root = ParseYaml(yaml, &ignored)) {
    const YamlNode* node = &*root;
    for (const std::string& key : path) {
      const YamlNode* next = node->Find(key);
      if (next == nullptr) break;
      node = next;
      line = node->line;
      column = node->column;
    }
  }
  DiagnosticSink sink(yaml, file_name);
  sink.Add(line, column, message, hint);
  return sink.Sorted()[0];
}

}  // namespace kluis
