#include "client/catalogue_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/format/text.h"

namespace kluis {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string LastPart(const std::string& name) { return name.substr(name.find('/') + 1); }

std::string Title(const std::string& english, const std::string& dutch) {
  return english.empty() ? dutch : english;
}

// "Neighbourhood / Buurt".
std::string Both(const std::string& english, const std::string& dutch) {
  if (english.empty() || dutch.empty() || english == dutch) return Title(english, dutch);
  return absl::StrCat(english, " / ", dutch);
}

std::string Aligned(Rows rows, const std::vector<Align>& align) {
  for (auto& row : rows) {
    for (std::string& field : row) field = Printable(field);
  }
  return AlignColumns(rows, align);
}

// Facts that have something to say.
std::string Facts(Rows rows) {
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [](const auto& row) { return row[1].empty(); }),
      rows.end());
  return Aligned(std::move(rows), {Align::kLeft, Align::kLeft});
}

std::string Projects(const v1::Dataset& dataset) {
  return absl::StrJoin(dataset.projects(), " ", [](std::string* out, const std::string& name) {
    out->append(LastPart(name));
  });
}

// "2022 of persoon; others: 2021 (persoon_2021)".
std::string PeriodText(const v1::Dataset& dataset) {
  std::string text = dataset.period();
  if (!dataset.lineage().empty() && dataset.lineage() != LastPart(dataset.name()))
    absl::StrAppend(&text, text.empty() ? "of " : " of ", dataset.lineage());
  std::vector<std::string> others;
  for (const v1::Period& period : dataset.periods())
    others.push_back(absl::StrCat(period.period(), " (", LastPart(period.dataset()), ")"));
  if (!others.empty())
    absl::StrAppend(&text, text.empty() ? "" : "; ", "others: ", absl::StrJoin(others, ", "));
  return text;
}

std::string LinkText(const v1::Link& link) {
  std::string far;
  if (!std::equal(link.key().begin(), link.key().end(), link.to_key().begin(), link.to_key().end()))
    far = absl::StrCat(" = ", absl::StrJoin(link.to_key(), ", "));
  return absl::StrCat("to ", link.to(), " by ", absl::StrJoin(link.key(), ", "), far,
                      "; membership ", link.membership());
}

// "gemeente 7 > wijk 49 > buurt 175".
std::string LevelsText(const v1::Variable& variable) {
  std::vector<std::string> levels;
  for (int l = 0; l < variable.levels_size(); ++l) {
    std::string level = variable.levels(l);
    if (l < variable.level_counts_size()) absl::StrAppend(&level, " ", variable.level_counts(l));
    if (variable.levels(l) == variable.merged_level())
      absl::StrAppend(&level, " (areas of ", variable.merged_on(), ")");
    levels.push_back(std::move(level));
  }
  return absl::StrJoin(levels, " > ");
}

std::string RangeText(const v1::Variable& variable) {
  return variable.has_range() ? absl::StrCat(variable.range().from(), " to ", variable.range().to())
                              : "";
}

std::string BandsText(const v1::Variable& variable) {
  if (variable.band_widths().empty()) return "";
  return absl::StrCat("widths ", absl::StrJoin(variable.band_widths(), " "),
                      variable.has_bands() ? absl::StrCat(", from ", variable.bands().from(),
                                                          " to ", variable.bands().to())
                                           : "");
}

// "1 000 EUR, 2 decimals, any sign".
std::string UnitText(const v1::Variable& variable) {
  if (variable.role() != "measure") return variable.unit();
  std::vector<std::string> parts;
  if (!variable.unit().empty()) parts.push_back(variable.unit());
  if (variable.decimals() > 0)
    parts.push_back(
        absl::StrCat(variable.decimals(), variable.decimals() == 1 ? " decimal" : " decimals"));
  if (variable.any_sign()) parts.push_back("any sign");
  return absl::StrJoin(parts, ", ");
}

// Sentinels of a measure; of a dimension they are its code `_U`.
std::string MissingText(const v1::Variable& variable) {
  std::vector<std::string> values;
  for (const std::string& value : variable.missing())
    values.push_back(value.empty() ? "''" : value);
  return absl::StrCat(absl::StrJoin(values, ", "), variable.missing_category() ? " = _U" : "");
}

std::string OfText(const v1::Variable& variable) {
  return variable.of().empty()
             ? ""
             : absl::StrCat("LEVEL(", variable.of(), ", '", variable.of_level(), "')");
}

std::string GrainText(const v1::Variable& variable) {
  if (variable.grain().empty()) return "";
  return absl::StrCat(variable.role() == "measure" ? "once for each " : "one for each ",
                      absl::StrJoin(variable.grain(), ", "));
}

std::string Remarks(const v1::Variable& variable) {
  std::vector<std::string> parts;
  const auto add = [&](const char* before, const std::string& text) {
    if (!text.empty()) parts.push_back(before + text);
  };
  add("", UnitText(variable));
  add("levels ", LevelsText(variable));
  add("", OfText(variable));
  add("", RangeText(variable));
  add("BAND ", BandsText(variable));
  if (variable.role() == "measure") add("missing ", MissingText(variable));
  if (variable.missing_category()) parts.push_back("_U");
  add("", GrainText(variable));
  add("not with ", absl::StrJoin(variable.forbidden_with(), ", "));
  add("only ", absl::StrJoin(variable.scope(), " "));
  if (!variable.quality_nl().empty() || !variable.quality_en().empty()) parts.push_back("note");
  return absl::StrJoin(parts, "; ");
}

std::string ValidityText(const v1::Code& code) {
  const std::string &from = code.valid_from(), &until = code.valid_until();
  if (from.empty()) return until.empty() ? "" : "until " + until;
  return until.empty() ? "from " + from : absl::StrCat(from, " to ", until);
}

// The English text, and the Dutch one where it is another.
void AddQuality(const std::string& english, const std::string& dutch, Rows* facts) {
  facts->push_back({"quality", Title(english, dutch)});
  facts->push_back({"kwaliteit", english.empty() || english == dutch ? "" : dutch});
}

}  // namespace

std::string DatasetsText(const std::vector<v1::Dataset>& datasets) {
  Rows rows = {{"dataset", "period", "lineage", "unit", "until", "projects", "title"}};
  for (const v1::Dataset& dataset : datasets) {
    rows.push_back({LastPart(dataset.name()), dataset.period(), dataset.lineage(), dataset.unit(),
                    dataset.valid_until(), Projects(dataset),
                    Title(dataset.title_en(), dataset.title_nl())});
  }
  return Aligned(std::move(rows), std::vector<Align>(7, Align::kLeft));
}

std::string DatasetText(const v1::Dataset& dataset) {
  std::string day = dataset.reference_date();
  if (dataset.episodes()) absl::StrAppend(&day, "; of episodes, those of that day");
  Rows facts = {{"dataset", LastPart(dataset.name())},
                {"title", Both(dataset.title_en(), dataset.title_nl())},
                {"period", PeriodText(dataset)},
                {"reference date", day},
                {"one row is", dataset.unit()},
                {"contributor", absl::StrJoin(dataset.contributor(), ", ")},
                {"weighted", !dataset.weighted()        ? "no"
                             : dataset.weight().empty() ? "yes"
                                                        : "by " + dataset.weight()},
                {"projects", Projects(dataset)},
                {"until", dataset.valid_until()},
                {"snapshot", absl::StrCat("sha256:", dataset.snapshot_sha256())}};
  AddQuality(dataset.quality_en(), dataset.quality_nl(), &facts);
  for (const v1::Link& link : dataset.links())
    facts.push_back({absl::StrCat("link ", link.name()), LinkText(link)});
  Rows rows = {{"variable", "role", "kind", "codes", "title", ""}};
  for (const v1::Variable& variable : dataset.variables()) {
    rows.push_back({variable.name(), variable.role(), variable.kind(),
                    variable.code_count() > 0 ? std::to_string(variable.code_count()) : "",
                    Title(variable.title_en(), variable.title_nl()), Remarks(variable)});
  }
  return absl::StrCat(Facts(std::move(facts)), "\n",
                      Aligned(std::move(rows), {Align::kLeft, Align::kLeft, Align::kLeft,
                                                Align::kRight, Align::kLeft, Align::kLeft}));
}

std::string VariableText(const v1::Variable& variable) {
  Rows facts = {{"variable", variable.name()},
                {"title", Both(variable.title_en(), variable.title_nl())},
                {"role", variable.role()},
                {"kind", variable.kind()},
                {"unit", UnitText(variable)},
                {"missing", MissingText(variable)},
                {"levels", LevelsText(variable)},
                {"is", OfText(variable)},
                {"range", RangeText(variable)},
                {"bands", BandsText(variable)},
                {"grain", GrainText(variable)},
                {"not with", absl::StrJoin(variable.forbidden_with(), ", ")},
                {"only", absl::StrJoin(variable.scope(), " ")}};
  AddQuality(variable.quality_en(), variable.quality_nl(), &facts);
  const std::string text = Facts(std::move(facts));
  if (variable.codes().empty()) return text;
  const bool validity =
      std::any_of(variable.codes().begin(), variable.codes().end(), [](const v1::Code& code) {
        return !code.valid_from().empty() || !code.valid_until().empty();
      });
  Rows rows = {{"code", "parent", "level", "label", "label_nl"}};
  if (validity) rows[0].push_back("valid");
  for (const v1::Code& code : variable.codes()) {
    std::string level = std::to_string(code.level());
    if (code.last_level() > code.level()) absl::StrAppend(&level, "-", code.last_level());
    rows.push_back({code.code(), code.parent(), level, Title(code.label_en(), code.label_nl()),
                    code.label_nl()});
    if (validity) rows.back().push_back(ValidityText(code));
  }
  std::vector<Align> align(rows[0].size(), Align::kLeft);
  align[2] = Align::kRight;
  return absl::StrCat(text, "\n", Aligned(std::move(rows), align));
}

}  // namespace kluis
