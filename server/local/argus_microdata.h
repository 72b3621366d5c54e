// Microdata that a .rda of tau-ARGUS describes, as a snapshot like any other.
#ifndef KLUIS_SERVER_LOCAL_ARGUS_MICRODATA_H_
#define KLUIS_SERVER_LOCAL_ARGUS_MICRODATA_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "disclosure/policy/primary_rules.h"
#include "server/catalogue/catalogue.h"
#include "server/local/inputs.h"

namespace kluis {

struct ArgusMicrodataFiles {
  std::string data;      // records of fixed width or with separators
  std::string metadata;  // .rda
  bool weighted = true;  // by the <WEIGHT> variable, where there is one
  std::optional<RequestParameters> request = {};  // the rule set's
};

// The snapshot stands in `folder`, which must outlive its use. Spanning variables are identifying,
// as tau-ARGUS takes them. INVALID_ARGUMENT: what is wrong, by place; and a <REQUEST> variable, or
// a code of it, that the rule set does not judge by: whoever asked for protection would get none.
absl::StatusOr<Snapshot> ImportArgusMicrodata(const ArgusMicrodataFiles& files,
                                              const std::string& folder,
                                              const ImportEffort& effort);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_ARGUS_MICRODATA_H_
