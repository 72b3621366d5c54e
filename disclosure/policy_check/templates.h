// Starting files for `kluis policy new`: the commented ones of policies/templates, and the presets of
// policies/presets, as they stand there when the program is built.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_TEMPLATES_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_TEMPLATES_H_

#include <string>
#include <vector>

namespace kluis {

struct PolicyTemplate {
  std::string name;  // "rules", "project", ..., "preset-cbs-output", ...
  std::string path;  // where it goes in a policy folder
  std::string text;
};
const std::vector<PolicyTemplate>& PolicyTemplates();

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_TEMPLATES_H_
