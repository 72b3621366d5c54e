#include "server/local/report.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/raw_value.h"

namespace kluis {
namespace {

int64_t ContributorsOf(const AggregateTable& table, const StatisticColumn& column, int cell) {
  if (column.kind == StatisticKind::kCountDistinct)
    return table.distincts[column.variable].cells[cell];
  if (column.kind == StatisticKind::kCount) return table.units[cell].contributors;
  return table.measures[column.variable].cells[cell].contributors;
}

// Sums of doubles would show digits that no value has.
absl::int128 AbsoluteMillionths(absl::int128 value, int decimals) {
  const absl::int128 scaled = Rescale(value, decimals, 6);
  return scaled < 0 ? -scaled : scaled;
}

std::string Number(double value) {
  return std::isfinite(value) ? CanonicalJson(nlohmann::json(value)) : "null";
}

std::string Bounds(const std::optional<AuditInterval>& interval) {
  if (!interval.has_value()) return "null";
  return absl::StrCat("[", Number(interval->low), ",", Number(interval->high), "]");
}

template <typename T>
std::string OrNull(const std::optional<T>& value) {
  return value.has_value() ? CanonicalJson(nlohmann::json(*value)) : "null";
}

std::string CodesJson(const std::vector<std::pair<std::string, std::string>>& codes) {
  std::vector<std::string> entries;
  for (const auto& [dimension, code] : codes)
    entries.push_back(absl::StrCat(CanonicalString(dimension), ":", CanonicalString(code)));
  return absl::StrCat("{", absl::StrJoin(entries, ","), "}");
}

std::string InsiderJson(const ReportInsider& pair) {
  return absl::StrCat(R"({"statistic":)", CanonicalString(pair.statistic),
                      R"(,"insider":{"table":)", pair.table, R"(,"codes":)", CodesJson(pair.codes),
                      R"(},"narrows":{"table":)", pair.victim_table, R"(,"codes":)",
                      CodesJson(pair.victim_codes), "}}");
}

std::string CellJson(const ReportCell& cell) {
  const std::string rule = cell.finding.rule.empty() ? "null" : CanonicalString(cell.finding.rule);
  return absl::StrCat(R"({"table":)", cell.table, R"(,"statistic":)",
                      CanonicalString(cell.statistic), R"(,"codes":)", CodesJson(cell.codes),
                      R"(,"value":)", cell.value, R"(,"contributors":)", OrNull(cell.contributors),
                      R"(,"status":")", CellStatusName(cell.finding.status), R"(","rule":)", rule,
                      R"(,"required":)", Bounds(cell.finding.required), R"(,"interval":)",
                      Bounds(cell.finding.interval), "}");
}

std::string TotalJson(const ReportTotals& total) {
  std::vector<std::string> seconds;
  for (const auto& [stage, s] : total.seconds)
    seconds.push_back(absl::StrCat(CanonicalString(stage), ":", Number(std::round(s * 1e4) / 1e4)));
  return absl::StrCat(R"({"cells":)", total.cells, R"(,"empty":)", total.empty, R"(,"primary":)",
                      total.primary, R"(,"secondary":)", total.secondary, R"(,"primary_by_rule":)",
                      CanonicalJson(nlohmann::json(total.primary_by_rule)),
                      R"(,"secondary_value":)", Number(total.secondary_value), R"(,"seconds":{)",
                      absl::StrJoin(seconds, ","), R"(},"peak_mb":)", OrNull(total.peak_mb),
                      R"(,"audit":")", total.audit, R"(","violations":)", OrNull(total.violations), R"(,"insider_violations":)",
                      OrNull(total.insider_violations), R"(,"cut_short":)",
                      total.cut_short ? "true" : "false", "}");
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(CsvField(field));
  return absl::StrJoin(quoted, ",") + "\r\n";
}

// The columns of all tables, each name once, in the order of their first appearance.
struct CsvColumns {
  struct Column {
    std::string name;
    bool statistic = false;
  };
  std::vector<Column> columns;
  std::map<std::string, size_t> place;

  explicit CsvColumns(const std::vector<JointTable>& tables) {
    for (const JointTable& table : tables) {
      const size_t dimensions = table.shape.dimensions.size();
      for (const int c : table.shape.column_order) {
        const bool statistic = static_cast<size_t>(c) >= dimensions;
        const std::string& name = statistic ? table.shape.statistics[c - dimensions].name
                                            : table.shape.dimensions[c].name;
        if (place.emplace(name, columns.size()).second) columns.push_back({name, statistic});
      }
    }
  }

  std::vector<std::string> Header() const {
    std::vector<std::string> header;
    for (const Column& column : columns) {
      header.push_back(column.name);
      if (column.statistic) header.push_back(column.name + "_status");
    }
    return header;
  }

  // A row of nothing but totals.
  std::vector<std::string> Row() const {
    std::vector<std::string> row;
    for (const Column& column : columns) {
      row.push_back(column.statistic ? "" : kTotalCode);
      if (column.statistic) row.push_back("");
    }
    return row;
  }

  // Where a column starts in a row.
  size_t FieldOf(const std::string& name) const {
    size_t field = 0;
    for (size_t c = 0; c < place.at(name); ++c) field += columns[c].statistic ? 2 : 1;
    return field;
  }
};

constexpr size_t kInsidersMax = 1'000;

struct Place {
  int table = 0;
  std::vector<std::pair<std::string, std::string>> codes;
};

// Where the first table that shows a cell shows it. A cell that no table shows has no codes.
std::vector<Place> PlacesOf(const AggregateTable& table, const std::vector<JointTable>& tables) {
  std::vector<Place> places(table.keys.size());
  for (size_t t = tables.size(); t-- > 0;) {
    const ReleaseShape& shape = tables[t].shape;
    for (const ReleaseRow& row : shape.rows) {
      Place& place = places[row.cell];
      place = {static_cast<int>(t), {}};
      for (size_t d = 0; d < shape.dimensions.size(); ++d)
        place.codes.emplace_back(shape.dimensions[d].name, row.codes[d]);
    }
  }
  return places;
}

void AddInsiders(const AggregateTable& table, const std::vector<JointTable>& tables,
                 const Findings& findings, Report* report) {
  if (findings.insider_pairs.empty()) return;
  const std::vector<Place> places = PlacesOf(table, tables);
  for (const InsiderPair& pair : findings.insider_pairs) {
    if (report->insiders.size() == kInsidersMax) return;
    const Place& insider = places[pair.insider];
    const Place& victim = places[pair.victim];
    report->insiders.push_back({.statistic = table.shape.statistics[pair.statistic].name,
                                .table = insider.table,
                                .victim_table = victim.table,
                                .codes = insider.codes,
                                .victim_codes = victim.codes});
  }
}

}  // namespace

Report MakeReport(const AggregateTable& table, const std::vector<JointTable>& tables,
                  const Findings& findings) {
  Report report;
  absl::int128 hidden = 0;
  for (size_t t = 0; t < tables.size(); ++t) {
    const ReleaseShape& shape = tables[t].shape;
    for (const ReleaseRow& row : shape.rows) {
      for (size_t s = 0; s < shape.statistics.size(); ++s) {
        const StatisticColumn& column = shape.statistics[s];
        const CellFinding& finding = findings.cells[tables[t].statistics[s]][row.cell];
        const bool shown =
            finding.status == CellStatus::kOk || finding.status == CellStatus::kEmpty;
        ++report.total.cells;
        if (shown && table.units[row.cell].rows == 0) {
          ++report.total.empty;
          continue;
        }
        const auto value = RawValue(table, column, row.cell);
        ReportCell cell{.table = static_cast<int>(t),
                        .statistic = column.name,
                        .codes = {},
                        .value = value ? CanonicalNumber(*value, column.decimals) : "null",
                        .contributors = ContributorsOf(table, column, row.cell),
                        .finding = finding};
        for (size_t d = 0; d < shape.dimensions.size(); ++d)
          cell.codes.emplace_back(shape.dimensions[d].name, row.codes[d]);
        if (finding.status == CellStatus::kPrimary) {
          ++report.total.primary;
          ++report.total.primary_by_rule[finding.rule];
        } else if (finding.status == CellStatus::kSecondary) {
          ++report.total.secondary;
          if (value) hidden += AbsoluteMillionths(*value, column.decimals);
        }
        report.cells.push_back(std::move(cell));
      }
    }
  }
  AddInsiders(table, tables, findings, &report);
  report.total.secondary_value = ToDouble(hidden) / 1e6;
  report.total.violations = findings.violations;
  report.total.insider_violations = findings.insider_violations;
  return report;
}

std::string ReportJson(const Report& report) {
  std::string out = "{\"cells\":[";
  for (size_t i = 0; i < report.cells.size(); ++i)
    absl::StrAppend(&out, i == 0 ? "\n" : ",\n", CellJson(report.cells[i]));
  absl::StrAppend(&out, "\n],\n");
  if (!report.insiders.empty()) {
    absl::StrAppend(&out, "\"insiders\":[");
    for (size_t i = 0; i < report.insiders.size(); ++i)
      absl::StrAppend(&out, i == 0 ? "\n" : ",\n", InsiderJson(report.insiders[i]));
    absl::StrAppend(&out, "\n],\n");
  }
  absl::StrAppend(&out, "\"total\":", TotalJson(report.total), "}\n");
  return out;
}

std::string CheckNames(const JointPlan& plan) {
  std::map<std::string, std::string> meanings;
  for (const JointTable& table : plan.tables) {
    for (const DimensionColumn& dimension : table.shape.dimensions)
      meanings.emplace(dimension.name, "d");
  }
  for (const JointTable& table : plan.tables) {
    for (size_t s = 0; s < table.statistics.size(); ++s) {
      const std::string& name = table.shape.statistics[s].name;
      const std::string meaning = absl::StrCat(table.statistics[s]);
      const auto [place, fresh] = meanings.emplace(name, meaning);
      if (!fresh && place->second != meaning) return name;
    }
  }
  return "";
}

std::string ResultCsv(const AggregateTable& table, const std::vector<JointTable>& tables,
                      const Findings& findings) {
  const CsvColumns columns(tables);
  std::vector<std::vector<std::string>> rows;
  std::map<std::pair<std::vector<std::string>, int>, size_t> place;  // dimensions, cell -> row
  for (const JointTable& joint : tables) {
    const ReleaseShape& shape = joint.shape;
    std::vector<size_t> dimension_fields, statistic_fields;
    for (const DimensionColumn& d : shape.dimensions)
      dimension_fields.push_back(columns.FieldOf(d.name));
    for (const StatisticColumn& s : shape.statistics)
      statistic_fields.push_back(columns.FieldOf(s.name));
    for (const ReleaseRow& row : shape.rows) {
      std::vector<std::string> fields = columns.Row();
      for (size_t d = 0; d < row.codes.size(); ++d) fields[dimension_fields[d]] = row.codes[d];
      const auto [found, fresh] = place.insert({{fields, row.cell}, rows.size()});
      if (fresh) rows.push_back(std::move(fields));
      std::vector<std::string>& out = rows[found->second];
      for (size_t s = 0; s < shape.statistics.size(); ++s) {
        const CellStatus status = findings.cells[joint.statistics[s]][row.cell].status;
        const auto value = RawValue(table, shape.statistics[s], row.cell);
        const bool shown = status == CellStatus::kOk && value.has_value();
        out[statistic_fields[s]] = shown ? CanonicalNumber(*value, shape.statistics[s].decimals)
                                   : status == CellStatus::kEmpty ? ""
                                                                  : ".";
        out[statistic_fields[s] + 1] = CellStatusName(status);
      }
    }
  }
  std::string out = CsvLine(columns.Header());
  for (const auto& row : rows) out += CsvLine(row);
  return out;
}

}  // namespace kluis
