// What a user is told when a request is not carried out. A refusal is judged from the request,
// the policy and the code lists alone, never from data, so it may be explained in full.
#ifndef KLUIS_DISCLOSURE_BASE_REFUSAL_H_
#define KLUIS_DISCLOSURE_BASE_REFUSAL_H_

#include <string>
#include <utility>
#include <variant>

#include "disclosure/base/check.h"

namespace kluis {

// Exit codes of docs and interface: kUsage = 2 (outside the language), kPolicy = 3, kHeld = 4 (not now:
// people decide).
enum class RefusalKind { kUsage, kPolicy, kHeld };

// "usage", "policy", "held".
inline const char* RefusalKindName(RefusalKind kind) {
  if (kind == RefusalKind::kHeld) return "held";
  return kind == RefusalKind::kPolicy ? "policy" : "usage";
}

// A place in the query text.
struct SourcePosition {
  int line = 0, column = 0;  // from 1; column in code points
};

struct Refusal {
  RefusalKind kind = RefusalKind::kUsage;
  std::string code;     // stable, UPPER_SNAKE, at most 63 characters, for example UNKNOWN_VARIABLE
  std::string message;  // what is wrong
  int line = 0;         // in the query text, from 1; 0: no place
  int column = 0;       // from 1, counted in code points; 0: no place
  std::string hint;     // what to write instead; may be empty
};

inline Refusal RefuseAt(RefusalKind kind, std::string code, std::string message, SourcePosition at,
                        std::string hint) {
  return {.kind = kind,
          .code = std::move(code),
          .message = std::move(message),
          .line = at.line,
          .column = at.column,
          .hint = std::move(hint)};
}

// Outside the language.
inline Refusal UsageAt(std::string code, std::string message, SourcePosition at, std::string hint) {
  return RefuseAt(RefusalKind::kUsage, std::move(code), std::move(message), at, std::move(hint));
}

// A value, or the refusal that takes its place. A Status is for what is broken; this is not.
template <typename T>
class Decision {
 public:
  Decision(T value) : state_(std::move(value)) {}              // NOLINT: implicit by design
  Decision(Refusal refusal) : state_(std::move(refusal)) {}    // NOLINT: implicit by design

  bool allowed() const { return std::holds_alternative<T>(state_); }
  const T& value() const& { KLUIS_CHECK(allowed()); return std::get<T>(state_); }
  T&& value() && { KLUIS_CHECK(allowed()); return std::get<T>(std::move(state_)); }
  const Refusal& refusal() const { KLUIS_CHECK(!allowed()); return std::get<Refusal>(state_); }

 private:
  std::variant<T, Refusal> state_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_REFUSAL_H_
