#include "server/plan/plan_text.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

const char* KindName(VariableKind kind) {
  switch (kind) {
    case VariableKind::kIdentifying:
      return "identifying";
    case VariableKind::kMixed:
      return "mixed";
    case VariableKind::kConfidential:
      return "confidential";
  }
  return "";
}

// A period is any text: in quotes, so that it cannot be read as more of the line.
std::string Escaped(const std::string& text) {
  return absl::StrCat("\"", absl::CEscape(text), "\"");
}

void AppendSource(const PlanSource& source, std::string* text) {
  absl::StrAppend(text, "source ", source.alias, " ", source.dataset, " ", source.snapshot_sha256,
                  " lineage ", source.lineage, " period ", Escaped(source.period),
                  source.left ? " left" : "", source.judged ? " judged" : "");
  for (const auto& [near, far] : source.keys) absl::StrAppend(text, " ", near, "=", far);
  absl::StrAppend(text, "\n");
}

std::string MapsHash(const PlanAxis& axis) {
  std::string maps;
  for (const std::vector<int>& map : axis.level_maps)
    absl::StrAppend(&maps, absl::StrJoin(map, ","), "\n");
  return Sha256Text(maps);
}

void AppendAxes(const AggregationPlan& plan, std::string* text) {
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    const Axis& axis = plan.table.axes[a];
    absl::StrAppend(text, "axis ", axis.name, " ", KindName(axis.kind), " source ",
                    plan.axes[a].source, " column ", plan.axes[a].column, " categories ",
                    axis.categories.size(), " maps ", MapsHash(plan.axes[a]), "\n");
  }
  for (const PlanFilter& filter : plan.filters) {
    absl::StrAppend(text, "filter source ", filter.source, " ", filter.column, " in ",
                    absl::StrJoin(filter.stored_values, ","), "\n");
  }
  for (const std::vector<int>& levels : plan.level_sets)
    absl::StrAppend(text, "levels ", absl::StrJoin(levels, ","), "\n");
}

void AppendScope(const AuthorisedQuery& query, std::string* text) {
  for (const auto& [alias, variables] : query.scope()) {
    for (const auto& [variable, codes] : variables) {
      absl::StrAppend(text, "scope ", alias, ".", variable, " ", absl::StrJoin(codes, ","), "\n");
    }
  }
}

}  // namespace

std::string Sha256Text(absl::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  KLUIS_CHECK(EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr) == 1);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), length));
}

std::string PlanText(const AuthorisedQuery& query, const AggregationPlan& plan) {
  std::string text = absl::StrCat("query ", query.query().canonical, "\n");
  for (const PlanSource& source : plan.sources) AppendSource(source, &text);
  AppendScope(query, &text);
  AppendAxes(plan, &text);
  for (const PlanMeasure& measure : plan.measures) {
    absl::StrAppend(&text, "measure ", measure.column, " decimals ", measure.decimals,
                    measure.any_sign ? " any sign" : "",
                    measure.grain.empty() ? "" : absl::StrCat(" grain ", measure.grain),
                    measure.squared ? absl::StrCat(" squared levels ", measure.levels) : "",
                    measure.times.empty() ? "" : " times ", measure.times,
                    measure.complete.empty() ? "" : " complete ",
                    absl::StrJoin(measure.complete, ","), "\n");
  }
  for (const PlanPercentile& percentile : plan.percentiles) {
    absl::StrAppend(&text, "percentile ", percentile.percent, " of ",
                    plan.measures[percentile.measure].column, " nearest ", plan.nearest, "\n");
  }
  for (const int measure : plan.ginis)
    absl::StrAppend(&text, "gini of ", plan.measures[measure].column, "\n");
  for (const std::string& distinct : plan.distincts)
    absl::StrAppend(&text, "distinct ", distinct, "\n");
  absl::StrAppend(&text, "contributor ", absl::StrJoin(plan.contributor, ","),
                  plan.contributor_unique ? " unique" : "", "\n");
  if (!plan.weight.empty())
    absl::StrAppend(&text, "weight ", plan.weight, " decimals ", plan.weight_decimals, "\n");
  absl::StrAppend(&text, "largest ", plan.largest, "\nrows ", plan.table.shape.rows.size(),
                  "\ncells ", plan.released_cells, "\n");
  return text;
}

}  // namespace kluis
