#include "disclosure/policy/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace kluis {
namespace {

constexpr size_t kDepthMax = 16;

// Stops yaml-cpp; caught in ParseYaml, where the diagnostic already stands.
struct Stop {};

// Whether the quoted scalar that `raw` begins with ends in it.
bool IsClosed(absl::string_view raw) {
  const char quote = raw[0];
  for (size_t i = 1; i < raw.size(); ++i) {
    const bool doubled =
        quote == '\'' && raw[i] == quote && i + 1 < raw.size() && raw[i + 1] == quote;
    if (doubled || (quote == '"' && raw[i] == '\\')) {
      ++i;
    } else if (raw[i] == quote) {
      return true;
    }
  }
  return false;
}

// Builds the tree from yaml-cpp's events, so that nothing is converted or expanded on the way.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(DiagnosticSink* sink, bool letters_are_text)
      : sink_(sink), letters_are_text_(letters_are_text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Fail(Place(mark), "a second document is not allowed", "remove the '---'");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node = Place(mark);
    RejectProperties(node, mark, "", anchor);
    if (ExpectsKey()) Fail(node, "a key is missing before ':'", "");
    if (!open_.empty() && open_.back().kind == YamlNode::Kind::kMap) {
      node.line = open_.back().keys.back().line;
      node.column = open_.back().keys.back().column;
    }
    Put(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Fail(Place(mark), "aliases are not allowed", "write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = Place(mark);
    RejectProperties(node, mark, tag, anchor);
    node.kind = YamlNode::Kind::kScalar;
    node.text = value;
    node.plain = tag == "?";
    CheckCharacters(RawFrom(mark), node);
    if (ExpectsKey()) return PutKey(std::move(node));
    const bool letter = letters_are_text_ && value.size() == 1;
    const Ambiguity ambiguity = node.plain && !letter ? AmbiguousPlainScalar(value) : Ambiguity{};
    if (!ambiguity.reason.empty()) {
      sink_->Add(node.line, node.column, absl::StrCat("'", value, "' ", ambiguity.reason),
                 ambiguity.hint);
      node.faulty = true;
    }
    Put(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kSequence);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

  YamlNode TakeRoot() { return std::move(root_); }
  int documents() const { return documents_; }

 private:
  YamlNode Place(const YAML::Mark& mark) const {
    YamlNode node;
    node.line = std::max(0, mark.line) + 1;
    node.column = CodePointColumn(sink_->Line(node.line), std::max(0, mark.column));
    return node;
  }

  // The rest of the line as it was written.
  absl::string_view RawFrom(const YAML::Mark& mark) const {
    const absl::string_view line = sink_->Line(std::max(0, mark.line) + 1);
    return line.substr(std::min<size_t>(std::max(0, mark.column), line.size()));
  }

  // yaml-cpp takes the end of the file for a closing quote, and escapes make any character.
  void CheckCharacters(absl::string_view raw, const YamlNode& node) {
    if (!node.plain && !raw.empty() && (raw[0] == '"' || raw[0] == '\'') && !IsClosed(raw)) {
      Fail(node, "the quote is not closed on its line", absl::StrCat("add ", raw.substr(0, 1)));
    }
    int column = 0;
    for (const absl::string_view line : absl::StrSplit(node.text, '\n')) {
      const std::string fault = LineFault(line, &column);
      if (!fault.empty()) Fail(node, absl::StrCat(fault, " is not allowed"), "");
    }
  }

  [[noreturn]] void Fail(const YamlNode& at, std::string message, std::string hint) {
    sink_->Add(at.line, at.column, message, hint);
    throw Stop{};
  }

  // A node with properties starts at its '&' or '!'.
  void RejectProperties(const YamlNode& node, const YAML::Mark& mark, const std::string& tag,
                        YAML::anchor_t anchor) {
    if (anchor != 0) Fail(node, "anchors are not allowed", "write the value out where it is used");
    const bool starts_with_tag = RawFrom(mark).substr(0, 1) == "!";
    const bool own_tag = !tag.empty() && tag != "?" && tag != "!";
    if (starts_with_tag || own_tag) Fail(node, "tags are not allowed", "remove the tag");
  }

  bool ExpectsKey() const {
    return !open_.empty() && open_.back().kind == YamlNode::Kind::kMap &&
           open_.back().keys.size() == open_.back().items.size();
  }

  void PutKey(YamlNode key) {
    YamlNode& map = open_.back();
    if (key.plain && key.text == "<<")
      Fail(key, "merge keys are not allowed", "write the keys out");
    const auto [place, inserted] = open_keys_.back().emplace(key.text, map.keys.size());
    if (!inserted) {
      const YamlNode& first = map.keys[place->second];
      sink_->Add(key.line, key.column,
                 absl::StrCat("'", key.text, "' is given twice, first at line ", first.line,
                              ", column ", first.column),
                 "keep one of them");
    }
    key.faulty = !inserted;
    map.keys.push_back(std::move(key));
  }

  void Put(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().items.push_back(std::move(node));
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    YamlNode node = Place(mark);
    RejectProperties(node, mark, tag, anchor);
    if (ExpectsKey()) Fail(node, "a key must be a word, not a list or a map", "");
    if (open_.size() >= kDepthMax) Fail(node, "nested more than 16 deep", "");
    node.kind = kind;
    open_.push_back(std::move(node));
    open_keys_.emplace_back();
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    open_keys_.pop_back();
    Put(std::move(node));
  }

  DiagnosticSink* sink_;
  const bool letters_are_text_;
  std::vector<YamlNode> open_;
  std::vector<std::map<std::string, size_t>> open_keys_;  // of each: key -> index
  YamlNode root_;
  int documents_ = 0;
};

// False when there is no tree.
bool RunParser(absl::string_view text, TreeBuilder* builder, DiagnosticSink* sink) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(*builder)) {
    }
    return true;
  } catch (const Stop&) {
  } catch (const YAML::Exception& e) {
    const int line = std::max(0, e.mark.line) + 1;
    sink->Add(line, CodePointColumn(sink->Line(line), std::max(0, e.mark.column)),
              absl::StrCat("not valid YAML: ", e.msg));
  } catch (const std::exception& e) {
    sink->Add(0, 0, absl::StrCat("not valid YAML: ", e.what()));
  }
  return false;
}

}  // namespace

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::optional<YamlNode> ParseYaml(absl::string_view text, DiagnosticSink* sink,
                                  bool letters_are_text) {
  if (!CheckYamlText(text, sink)) return std::nullopt;
  TreeBuilder builder(sink, letters_are_text);
  if (!RunParser(text, &builder, sink)) return std::nullopt;
  if (builder.documents() == 0) {
    sink->Add(0, 0, "the file is empty");
    return std::nullopt;
  }
  return builder.TakeRoot();
}

}  // namespace kluis
