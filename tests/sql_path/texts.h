// The texts of the fuzz of the SQL path: each from its number, so that one can be had again alone.
#ifndef KLUIS_TESTS_SQL_PATH_TEXTS_H_
#define KLUIS_TESTS_SQL_PATH_TEXTS_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace kluis {

// A text in words, numbers, quoted ones, operators and blanks; together they are the text.
std::vector<std::string> TokensOf(const std::string& text);

class FuzzTexts {
 public:
  // `corpus`: whole queries, to be damaged and spliced.
  explicit FuzzTexts(std::vector<std::string> corpus);

  // The same for the same seed: a query of the corpus with other tokens, or damaged bytes, the head
  // of one and the tail of another, or a random sentence of the language or of PostgreSQL's.
  std::string Make(uint64_t seed) const;

 private:
  std::string ExchangeTokens(const std::string& text, std::mt19937_64* random) const;
  std::string DamageBytes(std::string text, std::mt19937_64* random) const;
  std::string Splice(const std::string& head, const std::string& tail,
                     std::mt19937_64* random) const;

  // One of the corpus, in most cases of the same kind: a word for a word.
  const std::string& OtherToken(const std::string& token, std::mt19937_64* random) const;

  const std::vector<std::string> corpus_;
  // By kind, as often as they stand in the corpus.
  std::vector<std::vector<std::string>> tokens_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SQL_PATH_TEXTS_H_
