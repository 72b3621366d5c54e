#include "client/format/render.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/format/text.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

using nlohmann::json;

std::string Shown(const json& value) {
  const std::string& status = value["status"].get_ref<const std::string&>();
  return status == "ok" ? CanonicalJson(value["value"]) : status == "suppressed" ? "." : "";
}

// Decimals of a number in positional notation, -1 for any other text.
int Decimals(const std::string& text) {
  if (text.empty() || text == "." || text.find('e') != std::string::npos) return -1;
  const size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

// All numbers of a column get as many decimals as the longest has.
void AlignDecimals(size_t column, std::vector<std::vector<std::string>>* rows) {
  int most = 0;
  for (size_t r = 1; r < rows->size(); ++r) most = std::max(most, Decimals((*rows)[r][column]));
  for (size_t r = 1; r < rows->size(); ++r) {
    std::string& text = (*rows)[r][column];
    const int decimals = Decimals(text);
    if (decimals < 0 || decimals == most) continue;
    if (decimals == 0) text += '.';
    text.append(most - decimals, '0');
  }
}

// What is under the coefficients: the outcome, n, degrees of freedom, R2.
std::string ModelLines(const json& model) {
  if (model.is_null() || !model.contains("n")) return "";
  const auto text = [&model](const char* key) {
    const json value = model.value(key, json());
    return value.is_string() ? Printable(value.get_ref<const std::string&>())
                             : CanonicalJson(value);
  };
  std::string lines = absl::StrCat("\n", text("family"), " of ", text("outcome"), ": n ", text("n"),
                                   ", ", text("parameters"), " coefficients, ",
                                   text("degrees_of_freedom"), " residual degrees of freedom");
  if (!model.value("r2", json()).is_null()) {
    absl::StrAppend(&lines, text("r2_kind") == "r2" ? ", R2 " : ", McFadden R2 ", text("r2"));
  }
  if (!model.value("residual_standard_error", json()).is_null())
    absl::StrAppend(&lines, ", residual standard error ", text("residual_standard_error"));
  if (text("weights") != "none") absl::StrAppend(&lines, "; weights scaled to n");
  return lines + "\n";
}

std::string CsvField(absl::string_view text) {
  const std::string safe = Printable(text, /*keep_layout=*/true);
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i)
    absl::StrAppend(&line, i == 0 ? "" : ",", CsvField(fields[i]));
  return line + "\r\n";
}

// DEL and C1 as \u escapes: the same JSON, but harmless on a terminal.
std::string EscapeControls(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = text[i], next = i + 1 < text.size() ? text[i + 1] : 0;
    if (c == 0x7F) {
      out += "\\u007f";
    } else if (c == 0xC2 && next >= 0x80 && next <= 0x9F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(next));
      out += escape;
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string RenderTable(const AnswerView& answer) {
  std::vector<std::vector<std::string>> rows(1);
  std::vector<Align> align;
  for (const AnswerColumn& column : answer.columns) {
    rows[0].push_back(Printable(column.name));
    align.push_back(column.measure ? Align::kRight : Align::kLeft);
  }
  for (const json& row : answer.rows) {
    std::vector<std::string>& fields = rows.emplace_back();
    for (const AnswerColumn& column : answer.columns) {
      const json& value = row[column.name];
      fields.push_back(column.measure ? Shown(value)
                                      : Printable(value.get_ref<const std::string&>()));
    }
  }
  for (size_t c = 0; c < align.size(); ++c) {
    // Coefficients have decimals of their own: more zeros would say more than is known.
    if (answer.columns[c].measure && answer.model.is_null()) AlignDecimals(c, &rows);
  }
  return AlignColumns(rows, align) + ModelLines(answer.model);
}

std::string RenderCsv(const AnswerView& answer) {
  std::vector<std::string> header;
  for (const AnswerColumn& column : answer.columns) {
    header.push_back(column.name);
    if (column.measure) header.push_back(column.name + "_status");
  }
  std::string out = CsvLine(header);
  for (const json& row : answer.rows) {
    std::vector<std::string> fields;
    for (const AnswerColumn& column : answer.columns) {
      const json& value = row[column.name];
      fields.push_back(column.measure ? Shown(value) : value.get<std::string>());
      if (column.measure) fields.push_back(value["status"].get<std::string>());
    }
    out += CsvLine(fields);
  }
  return out;
}

absl::StatusOr<std::string> RenderJson(absl::string_view answer, const Receipt* receipt) {
  KLUIS_ASSIGN_OR_RETURN(json object, ParseStrictJson(answer));
  if (receipt != nullptr) {
    object["receipt"] = {{"entry", Base64(receipt->entry)},
                         {"proof", receipt->proof},
                         {"salt", Base64(receipt->salt)}};
  }
  return EscapeControls(CanonicalJson(object)) + "\n";
}

absl::StatusOr<std::string> Render(absl::string_view format, absl::string_view answer,
                                   const Receipt* receipt) {
  if (format == "json") return RenderJson(answer, receipt);
  KLUIS_ASSIGN_OR_RETURN(const AnswerView view, ReadAnswer(answer));
  if (format == "table") return RenderTable(view);
  if (format == "csv") return RenderCsv(view);
  return absl::InvalidArgumentError(absl::StrCat("no format ", format));
}

}  // namespace kluis
