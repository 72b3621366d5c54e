// Typed access to a map of the tree. Every key that is asked for is known; Finish() reports the
// others. Messages name the key by its path ("frequency.minimum"). Internal to disclosure/policy,
// policy_check and policy_change.
#ifndef KLUIS_DISCLOSURE_POLICY_MAP_READER_H_
#define KLUIS_DISCLOSURE_POLICY_MAP_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {

// Readers of one value. False, with a diagnostic, when it is of another type.
bool ReadText(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              std::string* out);
bool ReadInteger(const YamlNode& node, const std::string& path, int64_t least, int64_t most,
                 DiagnosticSink* sink, int64_t* out);
bool ReadTextList(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
                  std::vector<std::string>* out);
bool ReadDate(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              std::string* out);  // YYYY-MM-DD, a day that exists
void AddError(const YamlNode& at, const std::string& message, const std::string& hint,
              DiagnosticSink* sink);

class MapReader {
 public:
  // Reports when `node` is no map; then no key is there. Both must outlive the reader.
  MapReader(const YamlNode& node, std::string path, DiagnosticSink* sink);

  bool is_map() const { return is_map_; }
  const YamlNode* Find(const std::string& key);     // null when absent
  const YamlNode* Require(const std::string& key);  // the same, with a diagnostic

  // False when the key is absent or wrong; then *out keeps its value.
  bool Text(const std::string& key, std::string* out);     // not empty
  bool AnyText(const std::string& key, std::string* out);  // may be empty
  bool Integer(const std::string& key, int64_t least, int64_t most, int* out);
  bool Integer(const std::string& key, int64_t least, int64_t most, int64_t* out);
  bool Boolean(const std::string& key, bool* out);
  bool Choice(const std::string& key, const std::vector<std::string>& choices, std::string* out);
  bool TextList(const std::string& key, std::vector<std::string>* out);  // no duplicates
  bool Date(const std::string& key, std::string* out);
  bool Fraction(const std::string& key, int64_t* ppm);           // in (0, 1)
  bool Percent(const std::string& key, int64_t* ppm);            // in (0, 100]
  bool Duration(const std::string& key, int64_t* milliseconds);  // 500ms, 10s, 2m
  // Text, or {nl: text, en: text}; one text stands for both languages.
  bool Title(const std::string& key, std::string* nl, std::string* en);
  // A name of letters, digits and the characters of `more`, at most 63 bytes.
  bool Name(const std::string& key, absl::string_view more, std::string* out);

  // At the value of `key`, or at the map.
  void Error(const std::string& key, const std::string& message, const std::string& hint = "");
  std::string Path(const std::string& key) const;
  void Finish();  // reports unknown keys, once

 private:
  const YamlNode& node_;
  std::string path_;
  DiagnosticSink* sink_;
  bool is_map_;
  std::vector<std::string> known_;
};

// YYYY-MM-DD, a day that exists.
bool IsDate(absl::string_view text);

// Letters, digits, `_` and `more`; does not begin with a digit unless `more` is given.
bool IsName(absl::string_view text, absl::string_view more);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_MAP_READER_H_
