// Names of a query against the grants of one project. Internal to this folder.
#ifndef KLUIS_SERVER_ACCESS_RESOLVE_H_
#define KLUIS_SERVER_ACCESS_RESOLVE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/policy/project.h"
#include "server/catalogue/catalogue.h"
#include "server/query/parsed_query.h"

namespace kluis {

// A query whose names all carry the alias of their dataset, and the grant that each dataset is
// used under.
struct Resolution {
  ParsedQuery query;
  std::map<std::string, std::string> datasets;  // alias -> dataset
  std::map<std::string, const Grant*> grants;   // alias -> grant of the project
  std::optional<Refusal> refusal;               // set: the project does not cover the query
};

// `project` and `catalogue` must outlive the result. Unknown and not granted are one refusal; hints
// name only what is granted.
Resolution ResolveNames(ParsedQuery query, const Project& project, const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_RESOLVE_H_
