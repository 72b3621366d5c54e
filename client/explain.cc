#include "client/explain.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/format/text.h"

namespace kluis {
namespace {

constexpr double kSeconds = 60;
constexpr size_t kFormsMax = 8;

// The words of a query in lower case: names, keywords and parts of strings alike.
std::set<std::string> Words(const std::string& sql) {
  std::set<std::string> words;
  std::string word;
  for (const char c : sql + " ") {
    const bool inside = absl::ascii_isalnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (inside) {
      word += absl::ascii_tolower(c);
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

// The dimensions among the words, of the datasets among the words. Best effort: no answer, no help.
std::vector<v1::Variable> VariablesOf(Session& session, const std::set<std::string>& words) {
  std::vector<v1::Variable> variables;
  v1::ListDatasetsResponse datasets;
  session.enclave().ListDatasets(Session::Context(kSeconds).get(), {}, &datasets);
  for (const v1::Dataset& dataset : datasets.datasets()) {
    if (words.count(dataset.name().substr(dataset.name().find('/') + 1)) == 0) continue;
    v1::GetDatasetRequest request;
    v1::Dataset whole;
    request.set_name(dataset.name());
    session.enclave().GetDataset(Session::Context(kSeconds).get(), request, &whole);
    for (const v1::Variable& variable : whole.variables()) {
      if (words.count(variable.name()) != 0 && variable.role() == "dimension")
        variables.push_back(variable);
    }
  }
  return variables;
}

}  // namespace

std::vector<std::string> CoarserForms(const v1::Variable& variable) {
  std::vector<std::string> forms;
  for (int level = variable.levels_size() - 2; level >= 0; --level) {
    forms.push_back(absl::StrCat("LEVEL(", variable.name(), ", '", variable.levels(level), "')"));
  }
  for (const int width : variable.band_widths()) {
    forms.push_back(absl::StrCat("BAND(", variable.name(), ", ", width, ")"));
  }
  forms.push_back(absl::StrCat("no ", variable.name()));
  if (forms.size() > kFormsMax) forms.resize(kFormsMax);
  return forms;
}

void Explain(const Console& console, Session& session, const AnswerView& judged,
             const std::string& sql) {
  if (judged.status == "refused") return;
  console.err << "asked:  " << Printable(judged.plan, /*keep_layout=*/true) << "\n"
              << "rules:  " << Printable(judged.rules) << ", policy " << Printable(judged.policy)
              << "\n";
  if (judged.scope.is_object() && !judged.scope.empty()) {
    console.err << "scope:  " << Printable(judged.scope.dump()) << "\n";
  }
  console.err << "cells:  " << judged.cells << "\n";
  for (const v1::Variable& variable : VariablesOf(session, Words(sql))) {
    console.err << "coarser than " << Printable(variable.name()) << ": "
                << Printable(absl::StrJoin(CoarserForms(variable), ", ")) << "\n";
  }
}

}  // namespace kluis
