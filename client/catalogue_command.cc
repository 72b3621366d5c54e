#include <vector>

#include "absl/strings/str_cat.h"
#include "client/catalogue_view.h"
#include "client/commands.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr double kSeconds = 60;

absl::Status List(const Console& console, const CatalogueOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, options.profile));
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::Open(std::move(profile)));
  std::vector<v1::Dataset> datasets;
  v1::ListDatasetsRequest request;
  do {
    v1::ListDatasetsResponse page;
    KLUIS_RETURN_IF_ERROR(
        FromGrpc(session.enclave().ListDatasets(Session::Context(kSeconds).get(), request, &page)));
    datasets.insert(datasets.end(), page.datasets().begin(), page.datasets().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  console.out << (options.format == "json" ? DatasetsJson(datasets) : DatasetsText(datasets));
  return absl::OkStatus();
}

absl::Status DescribeOne(const Console& console, const CatalogueOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, options.profile));
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::Open(std::move(profile)));
  const size_t dot = options.what.find('.');
  v1::GetDatasetRequest request;
  request.set_name(absl::StrCat("datasets/", options.what.substr(0, dot)));
  if (dot != std::string::npos) request.set_variable(options.what.substr(dot + 1));
  v1::Dataset dataset;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.enclave().GetDataset(Session::Context(kSeconds).get(), request, &dataset)));
  if (options.format == "json") {
    console.out << DatasetJson(dataset);
  } else if (request.variable().empty()) {
    console.out << DatasetText(dataset);
  } else {
    for (const v1::Variable& variable : dataset.variables()) console.out << VariableText(variable);
  }
  return absl::OkStatus();
}

}  // namespace

int ListDatasets(const Console& console, const CatalogueOptions& options) {
  const absl::Status status = List(console, options);
  return status.ok() ? kExitDone : Fail(console, status);
}

int Describe(const Console& console, const CatalogueOptions& options) {
  const absl::Status status = DescribeOne(console, options);
  return status.ok() ? kExitDone : Fail(console, status);
}

}  // namespace kluis
