// Caller + ParsedQuery -> AuthorisedQuery: which project, which grant, which scope.
#ifndef KLUIS_SERVER_ACCESS_AUTHORISED_QUERY_H_
#define KLUIS_SERVER_ACCESS_AUTHORISED_QUERY_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"
#include "disclosure/policy/load.h"
#include "server/catalogue/catalogue.h"
#include "server/query/parsed_query.h"

namespace kluis {

enum class Role { kResearcher, kReviewer, kPrivacyOfficer, kOperator };

// "researcher", "reviewer", "privacy-officer", "operator"; false when it is none of these.
bool ParseRole(absl::string_view text, Role* role);
const char* RoleName(Role role);

// Who calls, from the certificate and the registry; never from the request.
struct Caller {
  std::string id;
  Role role = Role::kResearcher;
  std::string organisation;
  std::string certificate_sha256;
};

// A query whose every name is granted. Only Authorise() makes one.
class AuthorisedQuery {
 public:
  const ParsedQuery& query() const { return query_; }
  const Project& project() const { return project_; }
  // Of the project, with every one of `stricter:` that holds for the query.
  const RuleSet& rules() const { return rules_; }
  // alias -> dataset name; the first dataset of FROM under its own alias.
  const std::map<std::string, std::string>& datasets() const { return datasets_; }
  // alias -> variable -> codes that the grant allows (rows outside are not in scope).
  const std::map<std::string, std::map<std::string, std::vector<std::string>>>& scope() const { return scope_; }

 private:
  friend Decision<AuthorisedQuery> Authorise(const Caller& caller, ParsedQuery query,
                                             const std::string& project, const PolicyBundle& policy,
                                             const CatalogueView& catalogue, const std::string& today);
  AuthorisedQuery() = default;
  ParsedQuery query_;
  Project project_;
  RuleSet rules_;
  std::map<std::string, std::string> datasets_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> scope_;
};

// `project` empty: the only project of the caller whose grants cover the query; none or several is
// a kUsage refusal with their names. Dataset or variable unknown or not granted: one kPolicy
// message for both. `today` is YYYY-MM-DD.
Decision<AuthorisedQuery> Authorise(const Caller& caller, ParsedQuery query, const std::string& project,
                                    const PolicyBundle& policy, const CatalogueView& catalogue,
                                    const std::string& today);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_AUTHORISED_QUERY_H_
