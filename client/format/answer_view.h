// An answer as the client reads it: docs/answer.md.
#ifndef KLUIS_CLIENT_FORMAT_ANSWER_VIEW_H_
#define KLUIS_CLIENT_FORMAT_ANSWER_VIEW_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// As nlohmann::json::parse, but a key that stands twice in an object is INVALID_ARGUMENT: two
// readers could see two different values under one receipt.
absl::StatusOr<nlohmann::json> ParseStrictJson(absl::string_view text);

struct AnswerColumn {
  std::string name;
  bool measure = false;
};

struct AnswerReason {
  std::string code, message, hint;
  bool policy = false;  // kind "policy": exit 3; else 2
  int line = 0, column = 0;
};

struct AnswerView {
  std::string status, release, rules, policy, plan;
  int64_t cells = 0;
  int64_t suppressed = -1;  // -1: not known
  int64_t round_to = 0;     // counts and sums are multiples of it; 0: they are exact
  nlohmann::json scope;
  std::vector<AnswerColumn> columns;
  std::vector<AnswerReason> reasons;
  nlohmann::json model;  // of a model, in words and numbers; else null
  nlohmann::json rows;  // every row has every column: checked
};

// INVALID_ARGUMENT when the text is not the JSON object of an answer.
absl::StatusOr<AnswerView> ReadAnswer(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_ANSWER_VIEW_H_
