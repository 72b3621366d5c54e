#include "server/query/formula.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr char kForm[] =
    "write outcome ~ term + term, as in inkomen ~ factor(geslacht) + schuldbedrag";
constexpr size_t kTermsMax = 100;

bool IsBlank(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

class Cutter {
 public:
  explicit Cutter(ParseContext& context) : context_(context), text_(context.source.text()) {}

  std::optional<FormulaPieces> Run() {
    if (!Scan()) return std::nullopt;
    if (!has_outcome_) {
      Refuse("FORMULA_FORM", 0, "a formula has an outcome, ~ and terms", kForm);
      return std::nullopt;
    }
    if (!AddTerm(text_.size())) return std::nullopt;
    return std::move(pieces_);
  }

 private:
  bool Refuse(absl::string_view code, size_t at, std::string message, std::string hint) {
    return context_.Refuse(code, static_cast<int>(at), std::move(message), std::move(hint));
  }

  bool Scan() {
    std::vector<size_t> open;
    for (size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '\'' || c == '"') {
        const size_t close = text_.find(c, i + 1);
        if (close == absl::string_view::npos)
          return Refuse("FORMULA_FORM", i, "this quote stays open", "close it");
        i = close;
      } else if (c == '(') {
        open.push_back(i);
      } else if (c == ')') {
        if (open.empty())
          return Refuse("FORMULA_FORM", i, "this bracket closes nothing", "leave it out");
        open.pop_back();
      } else if (open.empty() && !Sign(i)) {
        return false;
      }
    }
    if (open.empty()) return true;
    return Refuse("FORMULA_FORM", open.back(), "this bracket stays open", "close it");
  }

  // At a character outside of brackets.
  bool Sign(size_t i) {
    const char c = text_[i];
    if (c == '~') {
      if (has_outcome_) return Refuse("FORMULA_FORM", i, "a formula has one ~", kForm);
      has_outcome_ = true;
      pieces_.outcome = Trimmed(start_, i);
      start_ = i + 1;
      if (pieces_.outcome.begin < pieces_.outcome.end) return true;
      return Refuse("FORMULA_FORM", i, "no outcome stands before ~", kForm);
    }
    if (!has_outcome_) return true;
    if (c == '+') return AddTerm(i);
    if (c == ':' || c == '*' || c == '^') {
      return Refuse("INTERACTION", i, "interactions are not part of a model here",
                    "fit one model for each class with --where, or ask for the table of means: "
                    "SELECT a, b, AVG(y) ... GROUP BY a, b");
    }
    if (c == '-') {
      return Refuse("FORMULA_FORM", i, "no term is taken away, and every model has an intercept",
                    "leave the term out");
    }
    return true;
  }

  FormulaPiece Trimmed(size_t begin, size_t end) const {
    while (begin < end && IsBlank(text_[begin])) ++begin;
    while (end > begin && IsBlank(text_[end - 1])) --end;
    return {.begin = begin, .end = end, .factor = false, .at = static_cast<int>(begin)};
  }

  // The term that ends before `end`.
  bool AddTerm(size_t end) {
    FormulaPiece term = Trimmed(start_, end);
    const size_t sign = start_ > 0 ? start_ - 1 : 0;
    start_ = end + 1;
    if (term.begin == term.end)
      return Refuse("FORMULA_FORM", sign, "no term follows this sign", kForm);
    if (pieces_.terms.size() == kTermsMax) {
      return Refuse("TOO_MANY_TERMS", term.begin,
                    absl::StrCat("a model has at most ", kTermsMax, " terms"), "leave some out");
    }
    if (!Unwrap(&term)) return false;
    pieces_.terms.push_back(term);
    return true;
  }

  // factor(x): what stands in the brackets.
  bool Unwrap(FormulaPiece* term) {
    constexpr absl::string_view kFactor = "factor";
    const absl::string_view text = text_.substr(term->begin, term->end - term->begin);
    if (!absl::StartsWithIgnoreCase(text, kFactor)) return true;
    size_t open = term->begin + kFactor.size();
    while (open < term->end && IsBlank(text_[open])) ++open;
    if (open == term->end || text_[open] != '(') return true;
    if (text_[term->end - 1] != ')') {
      return Refuse("FORMULA_FORM", term->begin, "a factor is one call and nothing else",
                    "write factor(variable), and + between terms");
    }
    const FormulaPiece inside = Trimmed(open + 1, term->end - 1);
    if (inside.begin == inside.end)
      return Refuse("FORMULA_FORM", term->begin, "this factor is of nothing",
                    "write factor(variable)");
    term->begin = inside.begin;
    term->end = inside.end;
    term->factor = true;
    return true;
  }

  ParseContext& context_;
  const absl::string_view text_;
  size_t start_ = 0;  // of the piece that is being read
  bool has_outcome_ = false;
  FormulaPieces pieces_;
};

}  // namespace

std::optional<FormulaPieces> CutFormula(ParseContext& context) { return Cutter(context).Run(); }

std::string PieceText(absl::string_view formula, const FormulaPiece& piece,
                      absl::string_view before) {
  std::string text = absl::StrCat(before, "\n");
  for (size_t i = 0; i < piece.begin; ++i) {
    const bool continues = (static_cast<unsigned char>(formula[i]) & 0xC0) == 0x80;
    if (!continues) text += formula[i] == '\n' ? '\n' : ' ';
  }
  return absl::StrCat(text, formula.substr(piece.begin, piece.end - piece.begin));
}

}  // namespace kluis
