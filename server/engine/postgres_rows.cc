#include "server/engine/postgres_rows.h"

#include <climits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace kluis {

bool PostgresRows::Next() {
  if (begun_) ++at_;
  begun_ = true;
  while (at_ < answers_.size() && answers_[at_].rows() == 0) ++at_;
  return at_ < answers_.size();
}

int32_t PostgresRows::Int32(int column, int row) const {
  int32_t value = INT32_MIN;
  if (!IsNull(column, row) && !absl::SimpleAtoi(answers_[at_].Text(column, row), &value))
    failed_ = true;
  return value;
}

int64_t PostgresRows::Int64(int column, int row) const {
  int64_t value = 0;
  if (!absl::SimpleAtoi(answers_[at_].Text(column, row), &value)) failed_ = true;
  return value;
}

absl::int128 PostgresRows::Int128(int column, int row) const {
  absl::int128 value = 0;
  if (!absl::SimpleAtoi(answers_[at_].Text(column, row), &value)) failed_ = true;
  return value;
}

std::vector<std::optional<absl::int128>> PostgresRows::List(int column, int row) const {
  std::vector<std::optional<absl::int128>> values;
  const absl::string_view text = answers_[at_].Text(column, row);
  for (const absl::string_view part :
       absl::StrSplit(text, absl::ByAnyChar("{},"), absl::SkipEmpty())) {
    absl::int128 value = 0;
    if (part == "NULL") {
      values.emplace_back();
    } else if (absl::SimpleAtoi(part, &value)) {
      values.emplace_back(value);
    } else {
      failed_ = true;
    }
  }
  return values;
}

void PostgresRows::AppendList(int column, int row, std::vector<absl::int128>* values) const {
  for (const auto& value : List(column, row)) {
    if (value.has_value()) values->push_back(*value);
  }
}

}  // namespace kluis
