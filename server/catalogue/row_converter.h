// One record of the source file -> the stored values of a snapshot's row, or what is wrong with it.
#ifndef KLUIS_SERVER_CATALOGUE_ROW_CONVERTER_H_
#define KLUIS_SERVER_CATALOGUE_ROW_CONVERTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy/dataset_entry.h"
#include "server/catalogue/pseudonym.h"

namespace kluis {

// Why a row is bad: never a value.
struct RowProblem {
  std::string column;  // of the source file; empty: the row as a whole
  std::string rule;    // "not in the code list"
};

// A stored column: INTEGER for dimensions, UBIGINT for identifiers, BIGINT for measures.
struct StoredColumn {
  std::string name;
  VariableRole role = VariableRole::kDimension;
  bool is_null = false;
  int64_t value = 0;  // of the last row; an identifier's 64 bits
};

class RowConverter {
 public:
  // `entry` must outlive the converter. `key` is of 32 bytes.
  RowConverter(const DatasetEntry& entry, const std::string& key);

  // Finds the entry's columns in the header. INVALID_ARGUMENT names duplicate and missing columns
  // (with the nearest one that is there). Columns that the entry does not name are left out.
  // An identifier with `column: "#row"` has no column: each row is a unit of its own.
  absl::Status BindHeader(const std::vector<absl::string_view>& header);

  // Fills `columns()` from record `number` of the file, from 1, which names the unit where each
  // row is one; problems are appended. False: the row's episode is of other days than the reference
  // date, and nothing else of it was looked at. O(columns).
  bool Convert(const std::vector<absl::string_view>& fields, int64_t number,
               std::vector<RowProblem>* problems);

  const std::vector<StoredColumn>& columns() const { return columns_; }

 private:
  struct Plan {
    const Variable* variable;
    int field = -1;
    bool may_be_empty = false;  // identifiers and measures
    bool is_weight = false;
    absl::flat_hash_map<std::string, int> codes;
    std::vector<bool> divided;  // per code: it has children within the levels of the entry
    absl::flat_hash_set<std::string> missing;
  };
  // Why the row's episode is no episode, or null and whether it is one of the reference date.
  const char* ReadEpisode(const std::vector<absl::string_view>& fields, std::string* column,
                          bool* of_the_day) const;
  void CheckGrains(std::vector<RowProblem>* problems) const;
  const char* ConvertIdentifier(const Plan& plan, absl::string_view text, StoredColumn* out);
  const char* ConvertDimension(const Plan& plan, absl::string_view text, StoredColumn* out) const;
  const char* ConvertMeasure(const Plan& plan, absl::string_view text, StoredColumn* out) const;

  const DatasetEntry& entry_;
  Pseudonymizer pseudonymizer_;
  std::vector<Plan> plans_;
  std::vector<StoredColumn> columns_;
  size_t field_count_ = 0;
  int from_ = -1, until_ = -1;                     // fields of the episode
  int reference_day_ = 0;                          // 20221231
  std::vector<std::pair<size_t, size_t>> grains_;  // (measure, its grain) in `columns_`
};

// The column of the source file in which a variable stands.
std::string SourceColumn(const Variable& variable);

// "2022-12-31" or "20221231" -> 20221231. False when it is no such day.
bool ParseDay(absl::string_view text, int* day);

// "-12.345" with 2 decimals -> -1234 (half to even); an exponent as in 1.5e3 is read too. False
// when the text is no decimal number or does not fit 63 bits.
bool ParseRounded(absl::string_view text, int decimals, int64_t* scaled);

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_ROW_CONVERTER_H_
