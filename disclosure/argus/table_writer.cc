#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/argus/table_file.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

const char* StatusText(const ArgusMetadata& metadata, ArgusStatus status) {
  switch (status) {
    case ArgusStatus::kUnsafe:
      return metadata.unsafe.c_str();
    case ArgusStatus::kProtect:
      return metadata.protect.c_str();
    case ArgusStatus::kSecondary:
      return "M";
    case ArgusStatus::kEmpty:
      return "E";
    default:
      return metadata.safe.c_str();
  }
}

// Writes the cells of a table line by line.
class TableWriter {
 public:
  TableWriter(const ArgusMetadata& metadata, const ArgusTable& table)
      : metadata_(metadata), table_(table) {}

  std::string Write() {
    std::string out;
    for (size_t cell = 0; cell < table_.keys.size(); ++cell) {
      std::vector<std::string> fields;
      axis_ = response_ = largest_ = 0;
      for (const ArgusVariable& variable : metadata_.variables) {
        fields.push_back(Field(variable, cell));
      }
      absl::StrAppend(&out, absl::StrJoin(fields, std::string(1, metadata_.separator)), "\n");
    }
    return out;
  }

 private:
  std::string Field(const ArgusVariable& variable, size_t cell) {
    switch (variable.role) {
      case ArgusRole::kCategorical:
        return CodeField(variable, cell);
      case ArgusRole::kStatus:
        return StatusText(metadata_, table_.statuses[cell]);
      case ArgusRole::kResponse:
        return Number(table_.responses[response_++], cell);
      case ArgusRole::kMaxScore:
        return Number(table_.largest[largest_++], cell);
      case ArgusRole::kFrequency:
        return Number(*table_.frequency, cell);
      case ArgusRole::kShadow:
        return Number(*table_.shadow, cell);
      case ArgusRole::kCost:
        return Number(*table_.cost, cell);
      case ArgusRole::kLowerLevel:
        return Number(*table_.lower_level, cell);
      case ArgusRole::kUpperLevel:
        return Number(*table_.upper_level, cell);
      default:
        return "";
    }
  }

  std::string CodeField(const ArgusVariable& variable, size_t cell) {
    const Axis& axis = table_.axes[axis_];
    const std::string& code = axis.categories[table_.keys[cell][axis_++]].code;
    const bool missing = code == kMissingCode && !variable.missing.empty();
    return absl::StrCat("\"",
                        code == kTotalCode ? variable.total_code
                        : missing          ? variable.missing[0]
                                           : code,
                        "\"");
  }

  static std::string Number(const ArgusColumn& column, size_t cell) {
    return FormatFixed(column.cells[cell], column.decimals);
  }

  const ArgusMetadata& metadata_;
  const ArgusTable& table_;
  size_t axis_ = 0, response_ = 0, largest_ = 0;
};

}  // namespace

int ArgusTable::Find(const std::vector<std::string>& codes) const {
  if (codes.size() != axes.size()) return -1;
  int64_t cell = 0;
  for (size_t a = 0; a < axes.size(); ++a) {
    const auto& categories = axes[a].categories;
    const auto found = std::find_if(categories.begin(), categories.end(),
                                    [&](const auto& c) { return c.code == codes[a]; });
    if (found == categories.end()) return -1;
    cell = cell * static_cast<int64_t>(categories.size()) + (found - categories.begin());
  }
  return static_cast<int>(cell);
}

std::string WriteArgusTable(const ArgusMetadata& metadata, const ArgusTable& table) {
  return TableWriter(metadata, table).Write();
}

}  // namespace kluis
