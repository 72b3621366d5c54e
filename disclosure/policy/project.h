// A project (policies/projects/*.yaml): the parsed form.
#ifndef KLUIS_DISCLOSURE_POLICY_PROJECT_H_
#define KLUIS_DISCLOSURE_POLICY_PROJECT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kluis {

struct Grant {
  std::string dataset;
  std::vector<std::string> variables;
  std::map<std::string, std::vector<std::string>>
      where;  // variable -> codes in scope; all must hold
  std::vector<std::string> periods = {};        // of the dataset; empty: whichever is in force
  std::map<std::string, std::string> finest = {};  // dimension with levels -> finest level of it
  bool operator==(const Grant&) const = default;
};

// Who allows something until when: the authorisation of the institution (instellingsmachtiging), or
// the consent to the project (projectaanvraag).
struct Permission {
  std::string by;         // organisation
  std::string reference;  // of the document; may be empty
  std::string from, until;  // YYYY-MM-DD, both included
  bool operator==(const Permission&) const = default;
};

struct Project {
  std::string name;
  std::string purpose_nl, purpose_en;
  std::string organisation;
  std::vector<std::string> members;
  // The days on which all that it needs is there, YYYY-MM-DD; until is the last one. Of `valid:`, or
  // of authorisation and consent together.
  std::string valid_from, valid_until;
  std::optional<Permission> authorisation = {}, consent = {};  // both, or none beside `valid:`
  std::string rules;                    // name of the rule set
  std::vector<Grant> grants;
  std::string sha256;  // of the file's bytes, lower-case hex
  bool operator==(const Project&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PROJECT_H_
