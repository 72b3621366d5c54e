// A project (policies/projects/*.yaml): the parsed form.
#ifndef KLUIS_DISCLOSURE_POLICY_PROJECT_H_
#define KLUIS_DISCLOSURE_POLICY_PROJECT_H_

#include <map>
#include <string>
#include <vector>

namespace kluis {

struct Grant {
  std::string dataset;
  std::vector<std::string> variables;
  std::map<std::string, std::vector<std::string>>
      where;  // variable -> codes in scope; all must hold
  bool operator==(const Grant&) const = default;
};

struct Project {
  std::string name;
  std::string purpose_nl, purpose_en;
  std::string organisation;
  std::vector<std::string> members;
  std::string valid_from, valid_until;  // YYYY-MM-DD; until is the last valid day
  std::string rules;                    // name of the rule set
  std::vector<Grant> grants;
  std::string sha256;  // of the file's bytes, lower-case hex
  bool operator==(const Project&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PROJECT_H_
