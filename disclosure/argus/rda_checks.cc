#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/argus/rda_parts.h"

namespace kluis {
namespace {

class RdaChecker {
 public:
  RdaChecker(const ArgusMetadata& metadata, const std::set<std::string>& hierarchical,
             DiagnosticSink* sink)
      : metadata_(metadata), hierarchical_(hierarchical), sink_(sink) {}

  void Run() {
    for (const ArgusVariable& variable : metadata_.variables) CheckVariable(variable);
    CheckOnlyOne();
    if (metadata_.variables.empty()) {
      sink_->Add(0, 0, "the file describes no variable");
    } else if (std::none_of(metadata_.variables.begin(), metadata_.variables.end(),
                            [](const auto& variable) { return variable.categorical(); })) {
      sink_->Add(0, 0, "no variable is <RECODEABLE>, so there is nothing to tabulate by");
    } else if (metadata_.table && metadata_.Find(ArgusRole::kResponse) == nullptr &&
               metadata_.Find(ArgusRole::kFrequency) == nullptr) {
      sink_->Add(0, 0, "no variable is <NUMERIC> or <FREQUENCY>, so the cells have no value");
    }
  }

 private:
  void CheckVariable(const ArgusVariable& variable) {
    const bool tree = !variable.levels.empty() || !variable.hierarchy.empty();
    const bool marked = hierarchical_.count(variable.name) > 0;
    const auto fault = [&](const std::string& message, const std::string& hint) {
      sink_->Add(variable.line, 1, absl::StrCat(variable.name, message), hint);
    };
    if (!variable.categorical()) {
      if (tree || marked || !variable.code_list.empty()) {
        fault(" has codes or a hierarchy, but is not <RECODEABLE>", "add <RECODEABLE>");
      }
      return;
    }
    if (!variable.levels.empty() && !variable.hierarchy.empty()) {
      fault(" has <HIERLEVELS> and <HIERCODELIST>", "keep one");
    } else if (marked && !tree) {
      fault(" is <HIERARCHICAL>, but nothing says how",
            "add <HIERLEVELS>, or <HIERCODELIST> and <HIERLEADSTRING>");
    } else if (!variable.hierarchy.empty() && !marked) {
      fault(" has a <HIERCODELIST>, but is not <HIERARCHICAL>", "add <HIERARCHICAL>");
    }
    if (metadata_.table && variable.total_code.empty()) {
      fault(" has no <TOTCODE>, the code of its total in the table", "add <TOTCODE> \"Total\"");
    }
  }

  void CheckOnlyOne() {
    static const auto& kOnce = *new std::vector<std::pair<ArgusRole, std::string>>{
        {ArgusRole::kWeight, "weight"},
        {ArgusRole::kHolding, "holding"},
        {ArgusRole::kRequest, "request"},
        {ArgusRole::kFrequency, "frequency"},
        {ArgusRole::kStatus, "status"},
        {ArgusRole::kShadow, "shadow"},
        {ArgusRole::kCost, "cost"},
        {ArgusRole::kLowerLevel, "lower level"},
        {ArgusRole::kUpperLevel, "upper level"}};
    for (const auto& [role, what] : kOnce) {
      const ArgusVariable* first = metadata_.Find(role);
      for (const ArgusVariable& variable : metadata_.variables) {
        if (variable.role != role || &variable == first) continue;
        sink_->Add(
            variable.line, 1,
            absl::StrCat(variable.name, " is a second ", what, " variable, after ", first->name),
            "keep one");
      }
    }
  }

  const ArgusMetadata& metadata_;
  const std::set<std::string>& hierarchical_;
  DiagnosticSink* sink_;
};

}  // namespace

void CheckRda(const ArgusMetadata& metadata, const std::set<std::string>& hierarchical,
              DiagnosticSink* sink) {
  if (sink->empty()) RdaChecker(metadata, hierarchical, sink).Run();
}

}  // namespace kluis
