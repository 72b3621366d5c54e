// Random queries put to a workshop.
#ifndef KLUIS_TESTS_REFERENCE_ASKED_H_
#define KLUIS_TESTS_REFERENCE_ASKED_H_

#include <algorithm>
#include <string>
#include <vector>

#include "tests/reference/query.h"
#include "tests/reference/reading.h"
#include "tests/server/release/workshop.h"

namespace kluis {

inline void ImportWorld(const RegisterWorld& world, ReleaseWorkshop* workshop) {
  workshop->Clear();
  for (const auto& [name, text] : FilesOf(world)) workshop->Write(name, text);
  std::vector<std::string> names;
  for (size_t s = world.registers.size(); s-- > 0;) names.push_back(world.registers[s].name);
  workshop->Import(names);
}

// docs/sql.md: a secret of a partner, where neither its units nor the contributors are the larger.
inline bool MayLackTheLargerUnit(const AskedQuery& query, const Refusal& refusal) {
  return refusal.code == "JOIN_UNITS" &&
         std::any_of(query.joined.begin(), query.joined.end(), [](auto j) { return j != AskedQuery::Joined::kNot; });
}

// Of every variable, within the scope of the query.
inline std::vector<Grant> GrantsOf(const RegisterWorld& world, const AskedQuery& query) {
  std::vector<Grant> grants;
  for (size_t s = 0; s < world.registers.size(); ++s) {
    Grant grant{.dataset = world.registers[s].name, .variables = {}, .where = {}};
    for (const RegisterDimension& d : world.registers[s].dimensions) {
      grant.variables.push_back(d.name);
      for (const auto& [name, level] : d.others) grant.variables.push_back(name);
    }
    for (const RegisterMeasure& m : world.registers[s].measures) grant.variables.push_back(m.name);
    for (const AskedCondition& condition : query.scope) {
      if (condition.view.variable.source == static_cast<int>(s))
        grant.where[DimensionOf(world, condition.view.variable).name] = condition.codes;
    }
    grants.push_back(grant);
  }
  return grants;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_ASKED_H_
