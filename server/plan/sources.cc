#include "server/plan/sources.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

using KeyPairs =
    std::set<std::pair<std::string, std::string>>;  // (column of the unit, column here)

const std::vector<std::string>& FarKey(const Link& link) {
  return link.to_key.empty() ? link.key : link.to_key;
}

KeyPairs PairsOf(const Link& link) {
  KeyPairs pairs;
  for (size_t i = 0; i < link.key.size() && i < FarKey(link).size(); ++i)
    pairs.insert({link.key[i], FarKey(link)[i]});
  return pairs;
}

std::string OnClause(const Link& link, const std::string& unit, const std::string& alias) {
  std::vector<std::string> equalities;
  for (const auto& [near, far] : PairsOf(link))
    equalities.push_back(absl::StrCat(unit, ".", near, " = ", alias, ".", far));
  return absl::StrCat("ON ", absl::StrJoin(equalities, " AND "));
}

// The equalities as (column of the unit, column of the joined dataset); empty when one of them is
// between others.
KeyPairs WrittenPairs(const JoinRef& join, const std::string& unit) {
  KeyPairs pairs;
  for (const auto& [left, right] : join.equalities) {
    const bool shared =
        left.qualifier.empty() && right.qualifier.empty() && left.name == right.name;
    if (shared || (left.qualifier == unit && right.qualifier == join.alias)) {
      pairs.insert({left.name, right.name});
    } else if (left.qualifier == join.alias && right.qualifier == unit) {
      pairs.insert({right.name, left.name});
    } else {
      return {};
    }
  }
  return pairs;
}

Refusal NoLink(const AuthorisedQuery& query, const JoinRef& join, const DatasetEntry& unit,
               const DatasetEntry& joined) {
  const std::string& alias = query.query().alias;
  for (const Link& link : unit.links) {
    if (link.to != join.dataset || !link.one) continue;
    return RefuseAt(RefusalKind::kUsage, "JOIN_KEY",
                    "a join is on the full key of a declared link, from the first dataset", join.at,
                    absl::StrCat("write ", OnClause(link, alias, join.alias)));
  }
  const auto repeats = [&](const std::vector<Link>& links, const std::string& to) {
    return std::any_of(links.begin(), links.end(), [&](const Link& link) { return link.to == to; });
  };
  if (repeats(joined.links, unit.name) || repeats(unit.links, joined.name)) {
    return RefuseAt(RefusalKind::kUsage, "JOIN_REPEATS_ROWS",
                    absl::StrCat("this join would repeat rows of ", unit.name), join.at,
                    absl::StrCat("put ", join.dataset, " first in FROM: it is then the unit"));
  }
  return RefuseAt(RefusalKind::kUsage, "NO_LINK",
                  absl::StrCat(unit.name, " declares no link to ", join.dataset), join.at,
                  "kluis describe lists the links of a dataset");
}

PlannedSource SourceOf(const std::string& alias, const Snapshot& snapshot) {
  PlannedSource planned;
  planned.source.alias = alias;
  planned.source.dataset = snapshot.entry.name;
  planned.source.snapshot_file = snapshot.file;
  planned.source.snapshot_sha256 = snapshot.sha256;
  planned.source.lineage = snapshot.entry.lineage;
  planned.source.period = snapshot.entry.period;
  planned.snapshot = &snapshot;
  return planned;
}

}  // namespace

Decision<std::vector<PlannedSource>> PlanSources(const AuthorisedQuery& query,
                                                 const CatalogueView& catalogue) {
  const ParsedQuery& parsed = query.query();
  const Snapshot& unit = catalogue.datasets.at(parsed.dataset);
  std::vector<PlannedSource> sources = {SourceOf(parsed.alias, unit)};
  for (const JoinRef& join : parsed.joins) {
    const Snapshot& joined = catalogue.datasets.at(join.dataset);
    const KeyPairs written = WrittenPairs(join, parsed.alias);
    const auto link =
        std::find_if(unit.entry.links.begin(), unit.entry.links.end(), [&](const Link& candidate) {
          return candidate.to == join.dataset && candidate.one && !written.empty() &&
                 PairsOf(candidate) == written;
        });
    if (link == unit.entry.links.end()) return NoLink(query, join, unit.entry, joined.entry);
    PlannedSource planned = SourceOf(join.alias, joined);
    planned.source.left = join.left;
    planned.source.keys.assign(written.begin(), written.end());
    planned.link = link->name;
    planned.membership = link->membership;
    planned.source.judged = !join.left && link->membership != VariableKind::kIdentifying;
    sources.push_back(std::move(planned));
  }
  return sources;
}

}  // namespace kluis
