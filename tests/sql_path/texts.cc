#include "tests/sql_path/texts.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/str_join.h"
#include "tests/sql_path/grammar.h"

namespace kluis {
namespace {

constexpr const char* kHostile[] = {
    "'",        "\"",       "--",           "/*",           "*/",   "\\",  ";", "$$",
    "\xC2\xA0", "\xff",     "\xE2\x80\xAE", "\t",           "\r",   "0",   "(", ")",
    "::",       "\xC3\xA9", "U&\"a\"",      "\xEF\xBB\xBF", "/*/*", "E'\\"};

bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

// Keywords, which the corpus writes in capitals, names, numbers, texts, names in quotes, brackets
// and commas, operators.
constexpr size_t kKinds = 7;

size_t KindOf(const std::string& token) {
  const auto first = static_cast<unsigned char>(token[0]);
  if (std::isdigit(first)) return 2;
  if (first == '\'') return 3;
  if (first == '"') return 4;
  if (IsWord(token[0])) return std::isupper(first) ? 0 : 1;
  return first == '(' || first == ')' || first == ',' ? 5 : 6;
}

size_t Below(size_t limit, std::mt19937_64* random) { return limit == 0 ? 0 : (*random)() % limit; }

}  // namespace

std::vector<std::string> TokensOf(const std::string& text) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    const char c = text[i];
    if (c == '\'' || c == '"') {
      while (end < text.size() && text[end] != c) ++end;
      end = std::min(end + 1, text.size());
    } else if (IsWord(c)) {
      while (end < text.size() && IsWord(text[end])) ++end;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end]))) ++end;
    } else if ((c == '<' || c == '>') && end < text.size() &&
               (text[end] == '=' || text[end] == '>')) {
      ++end;
    }
    tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

FuzzTexts::FuzzTexts(std::vector<std::string> corpus)
    : corpus_(std::move(corpus)), tokens_(kKinds) {
  for (const std::string& text : corpus_) {
    for (std::string& token : TokensOf(text)) {
      if (!std::isspace(static_cast<unsigned char>(token[0])))
        tokens_[KindOf(token)].push_back(std::move(token));
    }
  }
}

std::string FuzzTexts::Make(uint64_t seed) const {
  std::mt19937_64 random(seed);
  const auto query = [&] { return corpus_[Below(corpus_.size(), &random)]; };
  switch (random() % 12) {
    case 0:
    case 1:
    case 2:
      return ExchangeTokens(query(), &random);
    case 3:
    case 4:
      return DamageBytes(query(), &random);
    case 5:
      return Splice(query(), query(), &random);
    case 6:
      return ExchangeTokens(Splice(query(), query(), &random), &random);
    case 7:
      return DamageBytes(RandomSentence("query", 6, &random), &random);
    case 8:
      return ExchangeTokens(RandomSentence("query", 6, &random), &random);
    case 9:
      return RandomSentence("statement", 3 + static_cast<int>(random() % 6), &random);
    default:
      return RandomSentence("query", 3 + static_cast<int>(random() % 6), &random);
  }
}

const std::string& FuzzTexts::OtherToken(const std::string& token, std::mt19937_64* random) const {
  const bool blank = std::isspace(static_cast<unsigned char>(token[0])) != 0;
  const size_t kind = blank || Below(8, random) == 0 ? Below(kKinds, random) : KindOf(token);
  return tokens_[kind][Below(tokens_[kind].size(), random)];
}

// One or two tokens give way to others, or one goes, stands twice, changes its place or comes in.
std::string FuzzTexts::ExchangeTokens(const std::string& text, std::mt19937_64* random) const {
  std::vector<std::string> tokens = TokensOf(text);
  if (tokens.empty()) return text;
  for (size_t edits = 1 + Below(2, random); edits > 0; --edits) {
    const size_t at = Below(tokens.size(), random);
    const std::string& other = OtherToken(tokens[at], random);
    if (std::isspace(static_cast<unsigned char>(tokens[at][0])) == 0) tokens[at] = other;
  }
  const size_t at = Below(tokens.size(), random);
  switch (Below(12, random)) {
    case 0:
      tokens[at].clear();
      break;
    case 1:
      tokens[at] += " " + tokens[at];
      break;
    case 2:
      std::swap(tokens[at], tokens[Below(tokens.size(), random)]);
      break;
    case 3:
      tokens[at] += " " + OtherToken(tokens[at], random) + " ";
      break;
    default:
      break;
  }
  return absl::StrJoin(tokens, "");
}

std::string FuzzTexts::DamageBytes(std::string text, std::mt19937_64* random) const {
  for (size_t edits = 1 + Below(2, random); edits > 0; --edits) {
    const size_t at = Below(text.size() + 1, random);
    const size_t length =
        Below(std::min<size_t>(text.size() - at + 1, 1 + Below(20, random)), random);
    switch (Below(6, random)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << Below(8, random)));
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(Below(256, random));
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(Below(text.size() + 1, random), text.substr(at, length));
        break;
      case 4:
        text.insert(at, kHostile[Below(std::size(kHostile), random)]);
        break;
      default:
        text.insert(at, 1, static_cast<char>(' ' + Below(95, random)));
    }
  }
  return text;
}

std::string FuzzTexts::Splice(const std::string& head, const std::string& tail,
                              std::mt19937_64* random) const {
  const std::vector<std::string> heads = TokensOf(head), tails = TokensOf(tail);
  const size_t to = Below(heads.size() + 1, random), from = Below(tails.size() + 1, random);
  return absl::StrJoin(heads.begin(), heads.begin() + static_cast<std::ptrdiff_t>(to), "") + " " +
         absl::StrJoin(tails.begin() + static_cast<std::ptrdiff_t>(from), tails.end(), "");
}

}  // namespace kluis
