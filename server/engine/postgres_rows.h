// The answers of all clusters to one statement, one after the other. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_POSTGRES_ROWS_H_
#define KLUIS_SERVER_ENGINE_POSTGRES_ROWS_H_

#include <optional>
#include <vector>

#include "server/engine/result_rows.h"
#include "server/postgres/postgres.h"

namespace kluis {

class PostgresRows : public ResultRows {
 public:
  // `answers` must outlive the object.
  explicit PostgresRows(const std::vector<PgResult>& answers) : answers_(answers) {}

  bool Next() override;
  int rows() const override { return answers_[at_].rows(); }
  bool IsNull(int column, int row) const override { return answers_[at_].IsNull(column, row); }
  int32_t Int32(int column, int row) const override;  // NULL: INT32_MIN
  int64_t Int64(int column, int row) const override;
  absl::int128 Int128(int column, int row) const override;
  void AppendList(int column, int row, std::vector<absl::int128>* values) const override;

  // As AppendList(), with the elements that are NULL.
  std::vector<std::optional<absl::int128>> List(int column, int row) const;

  // Whether something was read that is no number, or one of more than 128 bits.
  bool failed() const { return failed_; }

 private:
  const std::vector<PgResult>& answers_;
  size_t at_ = 0;
  bool begun_ = false;
  mutable bool failed_ = false;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_POSTGRES_ROWS_H_
