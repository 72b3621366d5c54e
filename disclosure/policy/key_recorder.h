// Which keys the readers of a file ask for, and of what type: written down while they read a file that
// has them all. So the published schema says what the loader does, and not what somebody remembers.
#ifndef KLUIS_DISCLOSURE_POLICY_KEY_RECORDER_H_
#define KLUIS_DISCLOSURE_POLICY_KEY_RECORDER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kluis {

struct KeyFact {
  enum class Type {
    kAsked,     // the key is known; what it holds is said by other facts, or by none
    kRequired,  // it must be there
    kMap,       // of keys
    kText,      // may be empty
    kFullText,  // not empty
    kName,      // letters, digits, _ and - or . where `choices` has them
    kInteger,   // least..most
    kBoolean,
    kChoice,  // one of `choices`
    kTextList,
    kChoiceList,
    kDate,
    kFraction,  // in (0, 1), six decimals
    kPercent,   // in (0, 100], four decimals
    kDuration,
    kTitle,  // text, or {nl, en}
  };
  std::string path;  // as in messages: "grants[0].dataset"
  Type type = Type::kAsked;
  int64_t least = 0, most = 0;
  std::vector<std::string> choices = {};
};

class KeyRecorder {
 public:
  void Add(KeyFact fact) { facts_.push_back(std::move(fact)); }
  const std::vector<KeyFact>& facts() const { return facts_; }

 private:
  std::vector<KeyFact> facts_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_KEY_RECORDER_H_
