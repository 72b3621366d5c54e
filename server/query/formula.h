// The outer form of a model formula: outcome ~ term + term, cut at the signs that stand outside of
// brackets and quotes. What stands between them is the language of queries. Internal to this
// folder.
#ifndef KLUIS_SERVER_QUERY_FORMULA_H_
#define KLUIS_SERVER_QUERY_FORMULA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/query/tree.h"

namespace kluis {

// A stretch of the formula, without white space at its ends.
struct FormulaPiece {
  size_t begin = 0, end = 0;
  bool factor = false;  // of `factor(...)`, what stands in the brackets
  int at = 0;           // where it starts, `factor` included
};

struct FormulaPieces {
  FormulaPiece outcome;
  std::vector<FormulaPiece> terms;
};

// None after recording a refusal: no `~` or two, an empty term, an interaction, a term that is
// taken away, brackets or quotes that stay open.
std::optional<FormulaPieces> CutFormula(ParseContext& context);

// `before`, a line end, and the formula with blanks for all that stands before the piece, up to its
// end: a text of its own with the lines and columns of the formula, one line further.
std::string PieceText(absl::string_view formula, const FormulaPiece& piece,
                      absl::string_view before);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_FORMULA_H_
