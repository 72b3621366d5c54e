#include "server/local/html.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "server/local/html_text.h"

namespace kluis {
namespace {

using json = nlohmann::ordered_json;  // dimensions keep the order of the report

constexpr size_t kColumnsMax = 60;  // codes of the last dimension that still stand side by side

using kluis::Shown;

std::string Shown(const json& value, const char* none) {
  return value.is_number() ? Shown(value.get<double>()) : none;
}

std::string Range(const json& bounds) {
  if (!bounds.is_array() || bounds.size() != 2) return "";
  return absl::StrCat(Shown(bounds[0], "−∞"), " … ", Shown(bounds[1], "∞"));
}

// What the library says, without its number for it.
std::string PlainReason(absl::string_view what) {
  const size_t end = what.find("] ");
  return std::string(end == absl::string_view::npos ? what : what.substr(end + 2));
}

// Whether an attacker's interval keeps what is required.
bool Keeps(const json& cell) {
  const json& interval = cell.at("interval");
  if (!interval.is_array()) return true;
  const bool bounded = interval.at(0).is_number() && interval.at(1).is_number();
  const double low = interval.at(0).is_number() ? interval.at(0).get<double>() : -HUGE_VAL;
  const double high = interval.at(1).is_number() ? interval.at(1).get<double>() : HUGE_VAL;
  const json& required = cell.at("required");
  if (!required.is_array())
    return cell.at("status") == "secondary" || !bounded || high - low > 1e-9 * (1 + std::abs(low));
  const double reach =
      std::max(std::abs(required.at(0).get<double>()), std::abs(required.at(1).get<double>()));
  const double slack = 1e-6 + 1e-8 * reach;
  return low <= required.at(0).get<double>() + slack &&
         high >= required.at(1).get<double>() - slack;
}

const char* LetterOf(const json& cell) {
  const std::string status = cell.at("status").get<std::string>();
  if (status == "ok" || status == "empty") return "";
  if (!Keeps(cell)) return "X";
  return status == "primary" ? "P" : status == "secondary" ? "S" : "H";
}

std::string Cell(const json* cell) {
  if (cell == nullptr) return "<td class=\"E\">–</td>";
  const std::string letter = LetterOf(*cell);
  if (letter.empty()) return absl::StrCat("<td>", Shown(cell->at("value"), ""), "</td>");
  std::string about;
  if (cell->at("rule").is_string())
    absl::StrAppend(&about, cell->at("rule").get<std::string>(), "; ");
  absl::StrAppend(&about, "attacker: ", Range(cell->at("interval")));
  if (cell->at("required").is_array())
    absl::StrAppend(&about, "; required: ", Range(cell->at("required")));
  return absl::StrCat("<td class=\"", letter, "\" title=\"", Escape(about), "\">", letter, "</td>");
}

// One statistic of one table.
struct Part {
  std::vector<std::string> dimensions;
  std::vector<std::vector<std::string>> codes;            // per dimension, in order of appearance
  std::map<std::vector<std::string>, const json*> cells;  // null: empty
  std::vector<std::vector<std::string>> order;

  void Add(const std::vector<std::string>& key, const json* cell) {
    const auto [place, fresh] = cells.emplace(key, cell);
    if (!fresh) {
      if (place->second == nullptr) place->second = cell;
      return;
    }
    order.push_back(key);
    codes.resize(dimensions.size());
    for (size_t d = 0; d < dimensions.size(); ++d) {
      if (std::find(codes[d].begin(), codes[d].end(), key[d]) == codes[d].end())
        codes[d].push_back(key[d]);
    }
  }
};

class Page {
 public:
  explicit Page(const json& report) : report_(report) {
    for (const json& cell : report.at("cells")) {
      Part& part = parts_[{cell.at("table").get<int>(), cell.at("statistic").get<std::string>()}];
      std::vector<std::string> key;
      if (part.dimensions.empty()) {
        for (const auto& [name, code] : cell.at("codes").items()) part.dimensions.push_back(name);
      }
      for (const auto& [name, code] : cell.at("codes").items())
        key.push_back(code.get<std::string>());
      if (key.size() != part.dimensions.size()) throw json::other_error::create(1, "codes", &cell);
      part.Add(key, &cell);
    }
  }

  // The rows that the report leaves out.
  absl::Status AddEmpty(const CsvRows& rows) {
    if (rows.empty()) return absl::InvalidArgumentError("the CSV has no header");
    std::map<std::string, size_t> field;
    for (size_t f = 0; f < rows[0].size(); ++f) field.emplace(rows[0][f], f);
    for (auto& [name, part] : parts_) {
      if (field.count(name.second + "_status") == 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("the CSV has no column ", name.second, "_status: it is of another run"));
      }
      Part full;
      full.dimensions = part.dimensions;
      for (size_t r = 1; r < rows.size(); ++r) AddRow(rows[r], field, name.second, part, &full);
      for (const auto& key : part.order) full.Add(key, part.cells.at(key));
      part = std::move(full);
    }
    return absl::OkStatus();
  }

  std::string Write(absl::string_view title) {
    out_ = absl::StrCat(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" "
        "content=\"width=device-width\">\n<title>",
        Escape(title), "</title>\n<style>", kStyle, "</style></head><body>\n<h1>", Escape(title),
        "</h1>\n");
    absl::StrAppend(
        &out_,
        "<p class=\"note\">For those who made the table: rules, intervals and requirements tell "
        "more than may be published.</p>\n");
    Totals();
    Insiders();
    for (const auto& [name, part] : parts_) Table(name.first, name.second, part);
    for (const auto& [name, part] : parts_) Hidden(name.first, name.second, part);
    return absl::StrCat(out_, "</body></html>\n");
  }

 private:
  static void AddRow(const std::vector<std::string>& row,
                     const std::map<std::string, size_t>& field, const std::string& statistic,
                     const Part& part, Part* full) {
    if (row[field.at(statistic + "_status")].empty()) return;  // of another table
    std::vector<std::string> key;
    std::vector<bool> used(row.size(), false);
    for (const std::string& dimension : part.dimensions) {
      const auto place = field.find(dimension);
      if (place == field.end()) return;
      key.push_back(row[place->second]);
    }
    const auto known = part.cells.find(key);
    full->Add(key, known == part.cells.end() ? nullptr : known->second);
  }

  void Fact(absl::string_view name, const std::string& value) {
    absl::StrAppend(&out_, "<div><dt>", name, "</dt><dd>", Escape(value), "</dd></div>\n");
  }

  void Totals() {
    const json& total = report_.at("total");
    const double cells = total.at("cells").get<double>() - total.at("empty").get<double>();
    const double primary = total.at("primary").get<double>();
    const double secondary = total.at("secondary").get<double>();
    double value = 0, hidden = 0;
    for (const json& cell : report_.at("cells")) {
      if (!cell.at("value").is_number()) continue;
      const double size = std::abs(cell.at("value").get<double>());
      value += size;
      if (*LetterOf(cell) != '\0') hidden += size;
    }
    absl::StrAppend(&out_, "<h2>Cost</h2>\n<dl>\n");
    Fact("cells, not empty", Shown(cells));
    Fact("empty", Shown(total.at("empty"), "?"));
    Fact("primary", Shown(primary));
    Fact("secondary", Shown(secondary));
    Fact("value of secondaries", Shown(total.at("secondary_value"), "?"));
    Fact("cells hidden", cells > 0 ? Percent((primary + secondary) / cells) : "none");
    if (value > 0) Fact("value hidden, of all cells", Percent(hidden / value));
    if (total.contains("audit")) Fact("audit", Escape(total.at("audit").get<std::string>()));
    Fact("violations", Shown(total.at("violations"), "not audited"));
    Fact("by insiders", Shown(total.at("insider_violations"), "not audited"));
    if (total.at("peak_mb").is_number())
      Fact("memory, MiB", Shown(std::round(total.at("peak_mb").get<double>())));
    for (const auto& [stage, seconds] : total.at("seconds").items())
      Fact(absl::StrCat("seconds, ", Escape(stage)), Shown(seconds, "?"));
    absl::StrAppend(&out_, "</dl>\n");
    if (!total.at("primary_by_rule").empty()) {
      absl::StrAppend(&out_, "<p>Primaries by rule: ");
      std::vector<std::string> rules;
      for (const auto& [rule, count] : total.at("primary_by_rule").items())
        rules.push_back(absl::StrCat(Escape(rule), " ", Shown(count, "?")));
      absl::StrAppend(&out_, absl::StrJoin(rules, ", "), ".</p>\n");
    }
    absl::StrAppend(&out_,
                    "<ul class=\"key\"><li><b style=\"background:#f6c9c4\">P</b>primary</li>"
                    "<li><b style=\"background:#fbe6b8\">S</b>secondary</li>"
                    "<li><b style=\"background:#dfd6ee\">H</b>hidden, reason not told</li>"
                    "<li><b style=\"background:#8f1515;color:#fff\">X</b>not protected</li>"
                    "<li><b style=\"color:#666\">–</b>empty</li></ul>\n");
  }

  static std::string WhereOf(const json& place) {
    std::vector<std::string> codes;
    for (const auto& [name, code] : place.at("codes").items())
      codes.push_back(absl::StrCat(name, " ", code.get<std::string>()));
    if (codes.empty()) return "a cell that no table shows";
    return absl::StrCat("table ", place.at("table").get<int>() + 1, ": ",
                        absl::StrJoin(codes, ", "));
  }

  // Who is alone in a cell, and what that tells it of others.
  void Insiders() {
    const auto pairs = report_.find("insiders");
    if (pairs == report_.end() || pairs->empty()) return;
    absl::StrAppend(&out_, "<h2>Insiders</h2>\n");
    OpenTable(
        "Who is the only contributor of a cell, and which cell it narrows below what the "
        "rules require");
    absl::StrAppend(&out_, HeadOf("statistic"), HeadOf("only contributor of"), HeadOf("narrows"),
                    "</tr></thead><tbody>\n");
    for (const json& pair : *pairs) {
      absl::StrAppend(&out_, "<tr>",
                      RowHead({pair.at("statistic").get<std::string>(), WhereOf(pair.at("insider")),
                               WhereOf(pair.at("narrows"))}),
                      "</tr>\n");
    }
    CloseTable();
  }

  // The frame scrolls, also for those without a mouse.
  void OpenTable(const std::string& caption) {
    absl::StrAppend(&out_, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"",
                    Escape(caption), "\"><table><caption>", Escape(caption),
                    "</caption><thead><tr>");
  }

  void CloseTable() { absl::StrAppend(&out_, "</tbody></table></div>\n"); }

  static std::string HeadOf(const std::string& name) {
    return absl::StrCat("<th class=\"row\" scope=\"col\">", Escape(name), "</th>");
  }

  static std::string Heading(int table, const std::string& statistic) {
    return absl::StrCat("table ", table + 1, ", ", Escape(statistic));
  }

  static std::string RowHead(const std::vector<std::string>& codes) {
    std::string out;
    for (const std::string& code : codes)
      absl::StrAppend(&out, "<th class=\"row\" scope=\"row\">", Escape(code), "</th>");
    return out;
  }

  void Table(int table, const std::string& statistic, const Part& part) {
    const size_t dimensions = part.dimensions.size();
    const bool cross = dimensions >= 2 && part.codes.back().size() <= kColumnsMax;
    absl::StrAppend(&out_, "<h2>", Heading(table, statistic), "</h2>\n");
    OpenTable(absl::StrCat("table ", table + 1, ", ", statistic, " by ",
                           absl::StrJoin(part.dimensions, ", "), ": ", CountsOf(part)));
    const size_t heads = cross ? dimensions - 1 : dimensions;
    for (size_t d = 0; d < heads; ++d) absl::StrAppend(&out_, HeadOf(part.dimensions[d]));
    if (cross) {
      for (const std::string& code : part.codes.back())
        absl::StrAppend(&out_, "<th scope=\"col\">", Escape(code), "</th>");
    } else {
      absl::StrAppend(&out_, "<th scope=\"col\">", Escape(statistic), "</th>");
    }
    absl::StrAppend(&out_, "</tr></thead><tbody>\n");
    cross ? CrossRows(part) : PlainRows(part);
    CloseTable();
  }

  // "119 cells, 34 empty, 9 primary, 13 secondary", of one table alone.
  static std::string CountsOf(const Part& part) {
    std::map<std::string, int> counts;
    for (const auto& [key, cell] : part.cells)
      ++counts[cell == nullptr ? "empty" : cell->at("status").get<std::string>()];
    std::string out = absl::StrCat(part.cells.size(), " cells");
    for (const char* status : {"empty", "primary", "secondary", "suppressed"}) {
      if (counts[status] > 0) absl::StrAppend(&out, ", ", counts[status], " ", status);
    }
    return out;
  }

  void PlainRows(const Part& part) {
    for (const auto& key : part.order)
      absl::StrAppend(&out_, "<tr>", RowHead(key), Cell(part.cells.at(key)), "</tr>\n");
  }

  void CrossRows(const Part& part) {
    std::vector<std::vector<std::string>> heads;
    std::map<std::vector<std::string>, bool> seen;
    for (const auto& key : part.order) {
      std::vector<std::string> head(key.begin(), key.end() - 1);
      if (seen.emplace(head, true).second) heads.push_back(std::move(head));
    }
    for (const auto& head : heads) {
      absl::StrAppend(&out_, "<tr>", RowHead(head));
      for (const std::string& code : part.codes.back()) {
        std::vector<std::string> key = head;
        key.push_back(code);
        const auto cell = part.cells.find(key);
        absl::StrAppend(&out_, cell == part.cells.end() ? "<td></td>" : Cell(cell->second));
      }
      absl::StrAppend(&out_, "</tr>\n");
    }
  }

  // Every cell that is not shown, with what an attacker knows of it.
  void Hidden(int table, const std::string& statistic, const Part& part) {
    absl::StrAppend(&out_, "<h2>Hidden cells of ", Heading(table, statistic), "</h2>\n");
    OpenTable(absl::StrCat("What an attacker can derive of each hidden cell of table ", table + 1,
                           ", ", statistic));
    for (const std::string& name : part.dimensions) absl::StrAppend(&out_, HeadOf(name));
    for (const char* name : {"status", "rule", "contributors", "required", "an attacker knows"})
      absl::StrAppend(&out_, "<th scope=\"col\">", name, "</th>");
    absl::StrAppend(&out_, "</tr></thead><tbody>\n");
    for (const auto& key : part.order) {
      const json* cell = part.cells.at(key);
      if (cell == nullptr || *LetterOf(*cell) == '\0') continue;
      const char* letter = LetterOf(*cell);
      const json& rule = cell->at("rule");
      absl::StrAppend(&out_, "<tr>", RowHead(key), "<td class=\"", letter, "\">", letter,
                      "</td><td>", rule.is_string() ? Escape(rule.get<std::string>()) : "",
                      "</td><td>", Shown(cell->at("contributors"), ""), "</td><td>",
                      Range(cell->at("required")), "</td><td>", Range(cell->at("interval")),
                      "</td></tr>\n");
    }
    CloseTable();
  }

  const json& report_;
  std::map<std::pair<int, std::string>, Part> parts_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> ReportPage(absl::string_view text, absl::string_view csv,
                                       absl::string_view title) {
  // Codes keep the order in which the report has them.
  const json report = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!report.is_object()) return absl::InvalidArgumentError("the text is no JSON object");
  try {
    Page page(report);
    if (!csv.empty()) {
      KLUIS_ASSIGN_OR_RETURN(const CsvRows rows, ReadCsv(csv));
      KLUIS_RETURN_IF_ERROR(page.AddEmpty(rows));
    }
    return page.Write(title);
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("the JSON is no report of kluis-sdc: ", PlainReason(error.what())));
  }
}

}  // namespace kluis
