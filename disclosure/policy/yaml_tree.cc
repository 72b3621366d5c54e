#include "disclosure/policy/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr size_t kDepthMax = 16;

// Stops yaml-cpp; caught in ParseYaml, where the diagnostic already stands.
struct Stop {};

// Builds the tree from yaml-cpp's events, so that nothing is converted or expanded on the way.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, DiagnosticSink* sink) : text_(text), sink_(sink) {}

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
    if (ExpectsKey()) return PutKey(std::move(node));
    const std::string why = node.plain ? AmbiguousPlainScalar(value) : "";
    if (!why.empty()) {
      sink_->Add(node.line, node.column, absl::StrCat("'", value, "' ", why),
                 "write true or false, a plain decimal number, or text in quotes");
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

  [[noreturn]] void Fail(const YamlNode& at, std::string message, std::string hint) {
    sink_->Add(at.line, at.column, std::move(message), std::move(hint));
    throw Stop{};
  }

  // A node with properties starts at its '&' or '!'.
  void RejectProperties(const YamlNode& node, const YAML::Mark& mark, const std::string& tag,
                        YAML::anchor_t anchor) {
    if (anchor != 0) Fail(node, "anchors are not allowed", "write the value out where it is used");
    const bool starts_with_tag =
        mark.pos >= 0 && static_cast<size_t>(mark.pos) < text_.size() && text_[mark.pos] == '!';
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
    for (const YamlNode& other : map.keys) {
      if (other.text != key.text) continue;
      sink_->Add(key.line, key.column,
                 absl::StrCat("'", key.text, "' is given twice, first at line ", other.line,
                              ", column ", other.column),
                 "keep one of them");
      break;
    }
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
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Put(std::move(node));
  }

  absl::string_view text_;
  DiagnosticSink* sink_;
  std::vector<YamlNode> open_;
  YamlNode root_;
  int documents_ = 0;
};

void RunParser(absl::string_view text, TreeBuilder* builder, DiagnosticSink* sink) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(*builder)) {
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& e) {
    const int line = std::max(0, e.mark.line) + 1;
    sink->Add(line, CodePointColumn(sink->Line(line), std::max(0, e.mark.column)),
              absl::StrCat("not valid YAML: ", e.msg));
  } catch (const std::exception& e) {
    sink->Add(0, 0, absl::StrCat("not valid YAML: ", e.what()));
  }
}

}  // namespace

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::optional<YamlNode> ParseYaml(absl::string_view text, DiagnosticSink* sink) {
  if (!CheckYamlText(text, sink)) return std::nullopt;
  TreeBuilder builder(text, sink);
  RunParser(text, &builder, sink);
  if (!sink->empty()) return std::nullopt;
  if (builder.documents() == 0) {
    sink->Add(0, 0, "the file is empty");
    return std::nullopt;
  }
  return builder.TakeRoot();
}

}  // namespace kluis
