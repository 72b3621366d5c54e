// Every variable that a query uses, said or unsaid. Internal to this folder.
#ifndef KLUIS_SERVER_ACCESS_USES_H_
#define KLUIS_SERVER_ACCESS_USES_H_

#include <vector>

#include "disclosure/policy/dataset_entry.h"
#include "server/access/resolve.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// A variable that a query uses, and where: line 0 when the query does not say it.
struct Use {
  const DatasetEntry* entry = nullptr;
  const Variable* variable = nullptr;
  SourcePosition at = {};
  const char* unsaid = "";  // why it is used, then
};

// Those that the query does not say first, the others as they are written. Points into `catalogue`,
// which must outlive the result.
std::vector<Use> UsesOf(const Resolution& resolution, const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_USES_H_
