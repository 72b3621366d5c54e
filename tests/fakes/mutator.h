// Damages texts for the tests of readers: a seeded random stream of small edits. It knows nothing
// of any format but the words it is given, and it covers no program's branches by itself.
#ifndef KLUIS_TESTS_FAKES_MUTATOR_H_
#define KLUIS_TESTS_FAKES_MUTATOR_H_

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kluis {

// KLUIS_FUZZ_RUNS, or `otherwise`: a few thousand in script/test, a million in script/fuzz.
inline int FuzzRuns(int otherwise) {
  const char* runs = std::getenv("KLUIS_FUZZ_RUNS");
  return runs != nullptr ? std::atoi(runs) : otherwise;
}

// KLUIS_FUZZ_SEED, or a new one; printed, so that a finding can be repeated.
inline unsigned FuzzSeed() {
  const char* given = std::getenv("KLUIS_FUZZ_SEED");
  const unsigned seed =
      given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device{}();
  std::cout << "KLUIS_FUZZ_SEED=" << seed << "\n";
  return seed;
}

class Mutator {
 public:
  // `words` are what the format takes for syntax.
  Mutator(unsigned seed, std::vector<std::string> words) : random_(seed), words_(std::move(words)) {
    for (const char* word : {"-1", "0", "99999999999999999999", "1e999", "-", "\"", "\n", "\r\n",
                             "\t", "\xff", "\xC3\xA9", "\xEF\xBB\xBF", "//", " "}) {
      words_.push_back(word);
    }
    words_.push_back(std::string(1, '\0'));
  }

  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  // One to five edits.
  std::string Damage(std::string text) {
    for (size_t edits = 1 + Below(5); edits > 0; --edits) Edit(&text);
    return text;
  }

 private:
  void Edit(std::string* text) {
    const size_t at = Below(text->size() + 1);
    const size_t length = Below(std::min<size_t>(text->size() - at + 1, 1 + Below(40)));
    switch (Below(7)) {
      case 0:
        if (at < text->size()) (*text)[at] = static_cast<char>((*text)[at] ^ (1 << Below(8)));
        return;
      case 1:
        text->erase(at, length);
        return;
      case 2:
        text->insert(at, words_[Below(words_.size())]);
        return;
      case 3:
        text->replace(at, length, words_[Below(words_.size())]);
        return;
      case 4:
        text->insert(Below(text->size() + 1), text->substr(at, length));
        return;
      case 5:
        if (at < text->size()) (*text)[at] = static_cast<char>(Below(256));
        return;
      default:
        MoveLine(text);
    }
  }

  // A line copied to another place, or one away.
  void MoveLine(std::string* text) {
    const size_t begin = LineAt(*text, Below(text->size() + 1));
    const size_t end = std::min(text->find('\n', begin), text->size());
    const std::string line = text->substr(begin, end - begin) + "\n";
    if (Below(2) == 0) text->erase(begin, line.size());
    if (Below(3) != 0) text->insert(LineAt(*text, Below(text->size() + 1)), line);
  }

  static size_t LineAt(const std::string& text, size_t at) {
    if (at == 0) return 0;
    const size_t before = text.rfind('\n', at - 1);
    return before == std::string::npos ? 0 : before + 1;
  }

  std::mt19937 random_;
  std::vector<std::string> words_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_FAKES_MUTATOR_H_
