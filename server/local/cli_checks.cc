#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/local/commands.h"

namespace kluis {
namespace {

// An option and whether it was given.
using Given = std::pair<const char*, bool>;

std::string FirstOf(const std::vector<Given>& options, bool given) {
  for (const auto& [name, is_given] : options) {
    if (is_given == given) return name;
  }
  return "";
}

std::string Check(const std::string& what, const std::vector<Given>& needed,
                  const std::vector<Given>& useless) {
  const std::string missing = FirstOf(needed, false);
  if (!missing.empty()) return absl::StrCat(what, " needs ", missing);
  const std::string other = FirstOf(useless, true);
  return other.empty() ? "" : absl::StrCat(other, " does not go with ", what);
}

std::string CheckMicrodata(const ProtectCommand& c) {
  const bool argus = !c.metadata.empty();
  const Given entry = {"--describe", !c.entry.empty()};
  const Given primaries = {"--primaries", !c.primaries.empty()};
  const Given tables = {"--table or --specify", !c.tables.empty()};
  const Given rules = {"--rules", !c.rules.empty()};
  if (argus) return Check("--microdata with --metadata", {tables, rules}, {entry, primaries});
  return Check(
      "--microdata",
      {{"--describe (its catalogue entry) or --metadata (its .rda)", entry.second}, tables, rules},
      {primaries, {"--unweighted", c.unweighted}});
}

}  // namespace

std::string CheckProtect(const ProtectCommand& c) {
  const int sources =
      (c.microdata.empty() ? 0 : 1) + (c.table_file.empty() ? 0 : 1) + (c.jj.empty() ? 0 : 1);
  if (sources != 1)
    return sources == 0 ? "protect needs --microdata, --table-file or --jj"
                        : "--microdata, --table-file and --jj are three sources: give one";
  if (!c.microdata.empty()) return CheckMicrodata(c);
  const std::vector<Given> of_microdata = {{"--describe", !c.entry.empty()},
                                           {"--table or --specify", !c.tables.empty()},
                                           {"--threads", c.threads > 0},
                                           {"--unweighted", c.unweighted}};
  if (!c.table_file.empty()) {
    return Check("--table-file",
                 {{"--metadata (its .rda)", !c.metadata.empty()}, {"--rules", !c.rules.empty()}},
                 of_microdata);
  }
  std::vector<Given> useless = of_microdata;
  useless.insert(useless.end(), {{"--metadata", !c.metadata.empty()},
                                 {"--apriori", !c.apriori.empty()},
                                 {"--cells", !c.cells.empty()},
                                 {"--primaries", !c.primaries.empty()},
                                 {"--rules", !c.rules.empty()}});
  return Check("--jj", {}, useless);
}

std::string CheckAudit(const AuditCommand& c) {
  const std::vector<Given> table = {{"--table", !c.table.empty()},
                                    {"--describe", !c.description.empty()}};
  if (!c.jj.empty()) return Check("--jj", {}, table);
  const std::string missing = FirstOf(table, false);
  return missing.empty() ? "" : absl::StrCat("audit needs ", missing, ", or --jj");
}

}  // namespace kluis
