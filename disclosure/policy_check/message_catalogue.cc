#include "disclosure/policy_check/message_catalogue.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr int kDepthMax = 40;  // of phrases in phrases

// A template in parts: text, hole, text, ...; the texts are one more than the holes.
struct Pattern {
  const MessageTemplate* source = nullptr;
  std::vector<std::string> texts;
  std::vector<int> holes;
  size_t letters = 0;
};

// The letters of a hole that begins here: {0} takes its argument as it is, {0!} a phrase of ours,
// {0?} what a file holds, of which only the kind (a map, empty) is told in other words; 0: none.
size_t HoleLetters(const char* c) {
  if (c[0] != '{' || !absl::ascii_isdigit(static_cast<unsigned char>(c[1]))) return 0;
  if (c[2] == '}') return 3;
  return (c[2] == '!' || c[2] == '?') && c[3] == '}' ? 4 : 0;
}

Pattern ReadPattern(const std::string& template_text) {
  Pattern pattern;
  pattern.texts.emplace_back();
  for (const char* c = template_text.c_str(); *c != '\0'; ++c) {
    const size_t hole = HoleLetters(c);
    if (hole == 0) {
      pattern.texts.back().push_back(*c);
      ++pattern.letters;
      continue;
    }
    pattern.holes.push_back(c[1] - '0');
    pattern.texts.emplace_back();
    c += hole - 1;
  }
  return pattern;
}

struct Patterns {
  std::vector<Pattern> messages, phrases, kinds;
};

const Patterns& AllPatterns() {
  static const auto& patterns = *[] {
    auto* all = new Patterns;
    for (const MessageTemplate& one : MessageTemplates()) {
      Pattern pattern = ReadPattern(one.english);
      pattern.source = &one;
      auto& list = one.id == "phrase" ? all->phrases
                   : one.id == "kind" ? all->kinds
                                      : all->messages;
      list.push_back(std::move(pattern));
    }
    return all;
  }();
  return patterns;
}

// Each hole takes the shortest text after which the rest fits.
bool Fit(absl::string_view text, const Pattern& pattern, size_t part,
         std::vector<std::string>* out) {
  if (!absl::StartsWith(text, pattern.texts[part])) return false;
  text.remove_prefix(pattern.texts[part].size());
  if (part == pattern.holes.size()) return text.empty();
  const std::string& next = pattern.texts[part + 1];
  if (part + 1 == pattern.holes.size() && next.empty()) {
    out->emplace_back(text);
    return true;
  }
  if (next.empty()) return false;  // two holes side by side: no such template
  for (size_t at = text.find(next); at != absl::string_view::npos; at = text.find(next, at + 1)) {
    out->emplace_back(text.substr(0, at));
    if (Fit(text.substr(at), pattern, part + 1, out)) return true;
    out->pop_back();
  }
  return false;
}

struct Found {
  const Pattern* pattern = nullptr;
  std::vector<std::string> arguments;  // by number
};

std::optional<Found> Find(absl::string_view text, const std::vector<Pattern>& patterns) {
  std::optional<Found> best;
  for (const Pattern& pattern : patterns) {
    if (best && pattern.letters <= best->pattern->letters) continue;
    std::vector<std::string> holes;
    if (!Fit(text, pattern, 0, &holes)) continue;
    Found found{&pattern, {}};
    for (size_t i = 0; i < holes.size(); ++i) {
      const auto number = static_cast<size_t>(pattern.holes[i]);
      if (found.arguments.size() <= number) found.arguments.resize(number + 1);
      found.arguments[number] = holes[i];
    }
    best = std::move(found);
  }
  return best;
}

std::string Phrase(const std::string& english, int depth);

std::string Kind(const std::string& english) {
  const auto found = Find(english, AllPatterns().kinds);
  return found ? found->pattern->source->dutch : english;
}

// The Dutch text of a template, its holes filled.
std::string Dutch(const Found& found, int depth) {
  std::string out;
  for (const char* c = found.pattern->source->dutch.c_str(); *c != '\0'; ++c) {
    const size_t hole = HoleLetters(c);
    if (hole == 0) {
      out.push_back(*c);
      continue;
    }
    const std::string& argument = found.arguments[static_cast<size_t>(c[1] - '0')];
    if (c[2] == '}') out += argument;
    if (c[2] == '!') out += Phrase(argument, depth + 1);
    if (c[2] == '?') out += Kind(argument);
    c += hole - 1;
  }
  return out;
}

std::string Phrase(const std::string& english, int depth) {
  if (depth > kDepthMax) return english;
  const auto found = Find(english, AllPatterns().phrases);
  return found ? Dutch(*found, depth) : english;
}

}  // namespace

Message RecogniseMessage(absl::string_view english, Language language) {
  Message message;
  message.text = std::string(english);
  const auto found = Find(english, AllPatterns().messages);
  if (!found) return message;
  message.id = found->pattern->source->id;
  message.arguments = found->arguments;
  if (language == Language::kDutch) message.text = Dutch(*found, 0);
  return message;
}

Diagnostic InLanguage(const Diagnostic& diagnostic, Language language) {
  Diagnostic told = diagnostic;
  told.message = RecogniseMessage(diagnostic.message, language).text;
  if (!diagnostic.hint.empty()) told.hint = RecogniseMessage(diagnostic.hint, language).text;
  return told;
}

std::string MessageId(const Diagnostic& diagnostic) {
  const std::string id = RecogniseMessage(diagnostic.message, Language::kEnglish).id;
  return id.empty() ? "other" : id;
}

}  // namespace kluis
