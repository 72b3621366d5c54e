#include "server/plan/model_words.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace kluis {
namespace {

std::string TermWords(const ModelTerm& term) {
  if (!term.is_factor()) return term.name;
  return absl::StrCat(term.name, " (", term.levels.size(), " levels, against ", term.levels[0],
                      ")");
}

// The line of `words` that begins so, with its end; empty: there is none.
std::string LineOf(const std::string& words, const char* name) {
  for (const absl::string_view line : absl::StrSplit(words, '\n')) {
    if (absl::StartsWith(line, name)) return absl::StrCat(line, "\n");
  }
  return "";
}

}  // namespace

std::string ModelWords(const std::string& words, const ModelSpec& spec, int64_t judged_cells) {
  std::vector<std::string> terms = {"the intercept"};
  for (const ModelTerm& term : spec.terms) terms.push_back(TermWords(term));
  return absl::StrCat(LineOf(words, "population:"), "model:      ", ModelFamilyName(spec.family),
                      " of ", spec.outcome, ": ", absl::StrJoin(terms, ", "), "; ",
                      spec.Parameters(), " coefficients", spec.weighted ? ", weighted" : "", "\n",
                      "judged:     ", judged_cells,
                      " counts, sums and sums of squares that the coefficients tell; the model is "
                      "refused as a whole "
                      "when one of them would be suppressed\n",
                      LineOf(words, "coarser:"));
}

}  // namespace kluis
