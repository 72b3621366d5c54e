#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands.h"
#include "client/format/text.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using Rows = std::vector<std::vector<std::string>>;
constexpr double kSeconds = 60;

std::string LastPart(const std::string& name) { return name.substr(name.find('/') + 1); }

std::string Title(const std::string& english, const std::string& dutch) {
  return english.empty() ? dutch : english;
}

void Print(const Console& console, Rows rows, const std::vector<Align>& align) {
  for (auto& row : rows) {
    for (std::string& field : row) field = Printable(field);
  }
  console.out << AlignColumns(rows, align);
}

std::string Projects(const v1::Dataset& dataset) {
  return absl::StrJoin(dataset.projects(), " ", [](std::string* out, const std::string& name) {
    out->append(LastPart(name));
  });
}

absl::Status List(const Console& console, const std::string& profile_name) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, profile_name));
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::Open(std::move(profile)));
  Rows rows = {{"dataset", "period", "unit", "until", "projects", "title"}};
  v1::ListDatasetsRequest request;
  do {
    v1::ListDatasetsResponse page;
    KLUIS_RETURN_IF_ERROR(
        FromGrpc(session.enclave().ListDatasets(Session::Context(kSeconds).get(), request, &page)));
    for (const v1::Dataset& dataset : page.datasets()) {
      rows.push_back({LastPart(dataset.name()), dataset.period(), dataset.unit(),
                      dataset.valid_until(), Projects(dataset),
                      Title(dataset.title_en(), dataset.title_nl())});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  Print(console, std::move(rows), std::vector<Align>(6, Align::kLeft));
  return absl::OkStatus();
}

std::string Remarks(const v1::Variable& variable) {
  std::vector<std::string> parts;
  if (!variable.unit().empty()) parts.push_back(variable.unit());
  if (!variable.levels().empty())
    parts.push_back(absl::StrCat("levels ", absl::StrJoin(variable.levels(), " > ")));
  if (!variable.of().empty())
    parts.push_back(absl::StrCat("LEVEL(", variable.of(), ", '", variable.of_level(), "')"));
  if (!variable.band_widths().empty()) {
    parts.push_back(absl::StrCat("BAND widths ", absl::StrJoin(variable.band_widths(), " ")));
  }
  if (!variable.scope().empty())
    parts.push_back(absl::StrCat("only ", absl::StrJoin(variable.scope(), " ")));
  return absl::StrJoin(parts, "; ");
}

void PrintDataset(const Console& console, const v1::Dataset& dataset) {
  Rows facts = {{"dataset", LastPart(dataset.name())},
                {"title", Title(dataset.title_en(), dataset.title_nl())},
                {"period", dataset.period()},
                {"one row is", dataset.unit()},
                {"contributor", absl::StrJoin(dataset.contributor(), ", ")},
                {"weighted", dataset.weighted() ? "yes" : "no"},
                {"projects", Projects(dataset)},
                {"until", dataset.valid_until()},
                {"snapshot", absl::StrCat("sha256:", dataset.snapshot_sha256())}};
  for (const v1::Link& link : dataset.links()) {
    facts.push_back({absl::StrCat("link ", link.name()),
                     absl::StrCat("to ", link.to(), " by ", absl::StrJoin(link.key(), ", "),
                                  "; membership ", link.membership())});
  }
  Print(console, std::move(facts), {Align::kLeft, Align::kLeft});
  Rows rows = {{"variable", "role", "kind", "codes", "title", ""}};
  for (const v1::Variable& variable : dataset.variables()) {
    rows.push_back({variable.name(), variable.role(), variable.kind(),
                    variable.code_count() > 0 ? std::to_string(variable.code_count()) : "",
                    Title(variable.title_en(), variable.title_nl()), Remarks(variable)});
  }
  console.out << "\n";
  Print(console, std::move(rows),
        {Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft});
}

void PrintVariable(const Console& console, const v1::Variable& variable) {
  Print(console,
        {{"variable", variable.name()},
         {"title", Title(variable.title_en(), variable.title_nl())},
         {"role", variable.role()},
         {"kind", variable.kind()},
         {"", Remarks(variable)}},
        {Align::kLeft, Align::kLeft});
  if (variable.codes().empty()) return;
  Rows rows = {{"code", "parent", "level", "label"}};
  for (const v1::Code& code : variable.codes()) {
    rows.push_back({code.code(), code.parent(), std::to_string(code.level()),
                    Title(code.label_en(), code.label_nl())});
  }
  console.out << "\n";
  Print(console, std::move(rows), {Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft});
}

absl::Status DescribeOne(const Console& console, const std::string& profile_name,
                         const std::string& what) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, profile_name));
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::Open(std::move(profile)));
  const size_t dot = what.find('.');
  v1::GetDatasetRequest request;
  request.set_name(absl::StrCat("datasets/", what.substr(0, dot)));
  if (dot != std::string::npos) request.set_variable(what.substr(dot + 1));
  v1::Dataset dataset;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.enclave().GetDataset(Session::Context(kSeconds).get(), request, &dataset)));
  if (request.variable().empty()) {
    PrintDataset(console, dataset);
  } else {
    for (const v1::Variable& variable : dataset.variables()) PrintVariable(console, variable);
  }
  return absl::OkStatus();
}

}  // namespace

int ListDatasets(const Console& console, const std::string& profile) {
  const absl::Status status = List(console, profile);
  return status.ok() ? kExitDone : Fail(console, status);
}

int Describe(const Console& console, const std::string& profile, const std::string& what) {
  const absl::Status status = DescribeOne(console, profile, what);
  return status.ok() ? kExitDone : Fail(console, status);
}

}  // namespace kluis
