#include "server/local/table_file.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/nearest.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/row_converter.h"
#include "server/local/inputs.h"

namespace kluis {
namespace {

constexpr int kDecimalsMax = 9;
const char* const kShown[] = {"ok", "empty"};
const char* const kHidden[] = {"primary", "secondary", "suppressed"};

template <size_t N>
bool IsOneOf(const std::string& word, const char* const (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words), [&](const char* w) { return word == w; });
}

Axis AxisOf(const TableDimension& dimension) {
  Axis axis{.name = dimension.column, .kind = VariableKind::kIdentifying, .categories = {}};
  axis.categories.push_back({.code = kTotalCode, .parent = -1, .level = 0});
  for (const Code& code : dimension.codes.codes)
    axis.categories.push_back({.code = code.code, .parent = code.parent + 1, .level = code.level});
  return axis;
}

int DecimalsOf(const std::string& text) {
  const size_t point = text.find('.');
  if (point == std::string::npos || text.find_first_of("eE") != std::string::npos) return 0;
  return static_cast<int>(std::min<size_t>(text.size() - point - 1, kDecimalsMax));
}

class TableFileReader {
 public:
  TableFileReader(std::string csv, TableDescription description) : csv_(std::move(csv)) {
    out_.description = std::move(description);
    for (const TableDimension& dimension : out_.description.dimensions) {
      out_.table.axes.push_back(AxisOf(dimension));
      auto& codes = codes_.emplace_back();
      const auto& categories = out_.table.axes.back().categories;
      for (size_t c = 0; c < categories.size(); ++c)
        codes.emplace(categories[c].code, static_cast<int>(c));
    }
  }

  absl::StatusOr<TableFile> Read() {
    KLUIS_ASSIGN_OR_RETURN(const auto source, ByteSource::Open(csv_));
    CsvReader reader(*source);
    KLUIS_ASSIGN_OR_RETURN(const bool has_header, reader.Next());
    if (!has_header) return absl::InvalidArgumentError(absl::StrCat(csv_, ":1: no header line"));
    KLUIS_RETURN_IF_ERROR(BindHeader(reader.fields()));
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const bool found, reader.Next());
      if (!found) break;
      line_ = reader.line();
      if (reader.malformed()) return Error("", "quotes are not as in RFC 4180", "");
      if (reader.fields().size() != columns_) {
        return Error(
            "", absl::StrCat("has ", reader.fields().size(), " fields, the header ", columns_), "");
      }
      KLUIS_RETURN_IF_ERROR(AddRow(reader.fields()));
    }
    if (out_.table.cells.empty())
      return absl::InvalidArgumentError(absl::StrCat(csv_, ": no row after the header"));
    KLUIS_RETURN_IF_ERROR(SetNumbers());
    return std::move(out_);
  }

 private:
  absl::Status Error(const std::string& column, const std::string& what, const std::string& hint) {
    return absl::InvalidArgumentError(absl::StrCat(csv_, ":", line_, ": ",
                                                   column.empty() ? "" : column + ": ", what,
                                                   hint.empty() ? "" : "\nhint: " + hint));
  }

  absl::Status BindHeader(const std::vector<absl::string_view>& header) {
    columns_ = header.size();
    std::vector<std::string> names(header.begin(), header.end());
    line_ = 1;
    const auto bind = [&](const std::string& name, int* field) -> absl::Status {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        return Error("", absl::StrCat("there is no column '", name, "'"),
                     NearestOrListHint(name, names));
      }
      *field = static_cast<int>(found - names.begin());
      return absl::OkStatus();
    };
    const TableDescription& d = out_.description;
    for (const TableDimension& dimension : d.dimensions)
      KLUIS_RETURN_IF_ERROR(bind(dimension.column, &dimension_fields_.emplace_back()));
    KLUIS_RETURN_IF_ERROR(bind(d.value, &value_field_));
    KLUIS_RETURN_IF_ERROR(bind(d.status, &status_field_));
    if (!d.required) return absl::OkStatus();
    KLUIS_RETURN_IF_ERROR(bind(d.required->first, &low_field_));
    return bind(d.required->second, &high_field_);
  }

  absl::Status AddRow(const std::vector<absl::string_view>& fields) {
    AuditCell cell{.key = {}, .known = {}, .required = {}};
    for (size_t a = 0; a < dimension_fields_.size(); ++a) {
      const std::string code(fields[dimension_fields_[a]]);
      KLUIS_ASSIGN_OR_RETURN(const int category, CategoryOf(a, code));
      cell.key.push_back(category);
    }
    const auto [place, fresh] = line_of_.emplace(cell.key, line_);
    if (!fresh) {
      return Error("", absl::StrCat("the cell stands in line ", place->second, " already"),
                   "a table has one row for each combination of codes");
    }
    const std::string status(fields[status_field_]);
    if (!IsOneOf(status, kShown) && !IsOneOf(status, kHidden)) {
      return Error(out_.description.status, "unknown status",
                   "one of ok, empty, primary, secondary, suppressed");
    }
    cell.shown = IsOneOf(status, kShown);
    if (status != "secondary" && !cell.shown) cell.demand = AuditDemand::kNotExact;
    out_.status.push_back(status);
    out_.value.emplace_back(fields[value_field_]);
    out_.line.push_back(line_);
    required_.emplace_back();
    if (low_field_ >= 0)
      required_.back() = {std::string(fields[low_field_]), std::string(fields[high_field_])};
    out_.table.cells.push_back(std::move(cell));
    return absl::OkStatus();
  }

  absl::StatusOr<int> CategoryOf(size_t axis, const std::string& code) {
    const auto found = codes_[axis].find(code);
    if (found != codes_[axis].end()) return found->second;
    auto& categories = out_.table.axes[axis].categories;
    if (code == kMissingCode) {
      codes_[axis].emplace(code, static_cast<int>(categories.size()));
      categories.push_back({.code = kMissingCode, .parent = 0, .level = 1});
      return static_cast<int>(categories.size()) - 1;
    }
    std::vector<std::string> known;
    for (const Category& category : categories) known.push_back(category.code);
    return Error(out_.description.dimensions[axis].column, "not in the code list",
                 absl::StrCat(NearestHint(code, known), NearestHint(code, known).empty() ? "" : " ",
                              "the total is _T, a missing value _U"));
  }

  // All numbers with as many decimals as the longest has.
  absl::Status SetNumbers() {
    for (size_t i = 0; i < out_.value.size(); ++i) {
      for (const std::string& text : {out_.value[i], required_[i].first, required_[i].second})
        out_.decimals = std::max(out_.decimals, DecimalsOf(text));
    }
    const TableDescription& d = out_.description;
    const AuditInterval known = {Bound(d.low, -kInfinity), Bound(d.high, kInfinity)};
    out_.table.unlisted = known;
    for (size_t i = 0; i < out_.value.size(); ++i) {
      AuditCell& cell = out_.table.cells[i];
      line_ = out_.line[i];
      cell.known = known;
      KLUIS_RETURN_IF_ERROR(SetValue(out_.value[i], out_.status[i], &cell));
      if (!cell.shown && low_field_ >= 0) KLUIS_RETURN_IF_ERROR(SetRequired(i, &cell));
    }
    return absl::OkStatus();
  }

  double Bound(const std::optional<std::string>& text, double otherwise) const {
    int64_t scaled = 0;
    if (!text || !ParseRounded(*text, 4, &scaled)) return otherwise;
    return static_cast<double>(scaled) * std::pow(10.0, out_.decimals - 4);
  }

  absl::Status SetValue(const std::string& text, const std::string& status, AuditCell* cell) {
    int64_t scaled = 0;
    const bool none = text.empty() || text == ".";
    if (none && (!cell->shown || status == "empty")) return absl::OkStatus();
    if (none || !ParseRounded(text, out_.decimals, &scaled)) {
      return Error(
          out_.description.value, "not a number",
          cell->shown ? "a cell with status ok has a value" : "write . where it is hidden");
    }
    cell->value = scaled;
    return absl::OkStatus();
  }

  absl::Status SetRequired(size_t i, AuditCell* cell) {
    const auto& [low, high] = required_[i];
    if (low.empty() && high.empty()) return absl::OkStatus();
    int64_t ends[2] = {0, 0};
    const bool numbers =
        ParseRounded(low, out_.decimals, &ends[0]) && ParseRounded(high, out_.decimals, &ends[1]);
    if (!numbers || ends[0] > ends[1]) {
      return Error(
          absl::StrCat(out_.description.required->first, ", ", out_.description.required->second),
          "not the low and the high end of an interval", "leave both empty for no demand");
    }
    cell->demand = AuditDemand::kInterval;
    cell->required = {static_cast<double>(ends[0]), static_cast<double>(ends[1])};
    return absl::OkStatus();
  }

  const std::string csv_;
  TableFile out_;
  std::vector<std::map<std::string, int>> codes_;  // per axis: code -> category
  std::vector<std::pair<std::string, std::string>> required_;
  std::map<CellKey, int64_t> line_of_;
  std::vector<int> dimension_fields_;
  int value_field_ = -1, status_field_ = -1, low_field_ = -1, high_field_ = -1;
  size_t columns_ = 0;
  int64_t line_ = 0;
};

}  // namespace

absl::StatusOr<TableFile> ReadTableFile(const std::string& csv, const std::string& description) {
  const absl::StatusOr<std::string> yaml = ReadTextFile(description);
  if (!yaml.ok()) return absl::InvalidArgumentError(yaml.status().message());
  Parsed<TableDescription> parsed = ParseTableDescription(
      *yaml, description,
      [&](const std::string& codes) { return ReadCodesBeside(description, codes); });
  if (!parsed.ok()) {
    std::vector<std::string> lines;
    for (const Diagnostic& diagnostic : parsed.diagnostics)
      lines.push_back(FormatDiagnostic(diagnostic, *yaml));
    return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
  }
  absl::StatusOr<TableFile> table = TableFileReader(csv, std::move(parsed.value)).Read();
  if (absl::IsInternal(table.status()) || table.ok()) return table;
  return absl::InvalidArgumentError(table.status().message());
}

}  // namespace kluis
