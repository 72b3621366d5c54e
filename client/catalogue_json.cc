#include <nlohmann/json.hpp>

#include "client/catalogue_view.h"

namespace kluis {
namespace {

using json = nlohmann::ordered_json;

std::string LastPart(const std::string& name) { return name.substr(name.find('/') + 1); }

void Put(const char* key, const std::string& value, json* out) {
  if (!value.empty()) (*out)[key] = value;
}

void PutBoth(const char* key, const std::string& nl, const std::string& en, json* out) {
  json both;
  Put("nl", nl, &both);
  Put("en", en, &both);
  if (!both.is_null()) (*out)[key] = both;
}

template <typename T>
void PutList(const char* key, const T& items, json* out) {
  if (items.empty()) return;
  json& list = (*out)[key] = json::array();
  for (const auto& item : items) list.push_back(item);
}

void PutNames(const char* key, const google::protobuf::RepeatedPtrField<std::string>& names,
              json* out) {
  if (names.empty()) return;
  json& list = (*out)[key] = json::array();
  for (const std::string& name : names) list.push_back(LastPart(name));
}

json CodeOf(const v1::Code& code) {
  json out = {{"code", code.code()}, {"parent", code.parent()}, {"level", code.level()}};
  if (code.last_level() > code.level()) out["last_level"] = code.last_level();
  PutBoth("label", code.label_nl(), code.label_en(), &out);
  Put("valid_from", code.valid_from(), &out);
  Put("valid_until", code.valid_until(), &out);
  return out;
}

void PutShape(const v1::Variable& variable, json* out) {
  if (variable.code_count() > 0) (*out)["code_count"] = variable.code_count();
  for (int l = 0; l < variable.levels_size(); ++l) {
    json level = {{"name", variable.levels(l)}};
    if (l < variable.level_counts_size()) level["codes"] = variable.level_counts(l);
    if (variable.levels(l) == variable.merged_level()) level["areas_on"] = variable.merged_on();
    (*out)["levels"].push_back(std::move(level));
  }
  if (variable.has_range()) (*out)["range"] = {variable.range().from(), variable.range().to()};
  if (!variable.band_widths().empty()) {
    json bands;
    if (variable.has_bands())
      bands = {{"from", variable.bands().from()}, {"to", variable.bands().to()}};
    PutList("widths", variable.band_widths(), &bands);
    (*out)["bands"] = std::move(bands);
  }
  Put("of", variable.of(), out);
  Put("level", variable.of_level(), out);
}

json VariableOf(const v1::Variable& variable) {
  json out = {{"name", variable.name()}, {"role", variable.role()}};
  Put("kind", variable.kind(), &out);
  PutBoth("title", variable.title_nl(), variable.title_en(), &out);
  PutBoth("quality", variable.quality_nl(), variable.quality_en(), &out);
  if (variable.role() == "measure") {
    Put("unit", variable.unit(), &out);
    out["decimals"] = variable.decimals();
    out["sign"] = variable.any_sign() ? "any" : "nonnegative";
  }
  PutList("missing", variable.missing(), &out);
  if (variable.missing_category()) out["missing_category"] = "_U";
  PutList("grain", variable.grain(), &out);
  PutList("forbidden_with", variable.forbidden_with(), &out);
  PutShape(variable, &out);
  PutList("scope", variable.scope(), &out);
  for (const v1::Code& code : variable.codes()) out["codes"].push_back(CodeOf(code));
  return out;
}

json LinkOf(const v1::Link& link) {
  json out = {{"name", link.name()}, {"to", link.to()}};
  PutList("key", link.key(), &out);
  PutList("to_key", link.to_key(), &out);
  out["one"] = link.one();
  Put("membership", link.membership(), &out);
  return out;
}

json DatasetOf(const v1::Dataset& dataset) {
  json out = {{"dataset", LastPart(dataset.name())}};
  PutBoth("title", dataset.title_nl(), dataset.title_en(), &out);
  PutBoth("quality", dataset.quality_nl(), dataset.quality_en(), &out);
  Put("lineage", dataset.lineage(), &out);
  Put("period", dataset.period(), &out);
  for (const v1::Period& period : dataset.periods()) {
    out["other_periods"].push_back(
        {{"dataset", LastPart(period.dataset())}, {"period", period.period()}});
  }
  Put("reference_date", dataset.reference_date(), &out);
  if (dataset.episodes()) out["episodes"] = true;
  Put("unit", dataset.unit(), &out);
  PutList("contributor", dataset.contributor(), &out);
  out["weighted"] = dataset.weighted();
  Put("weight", dataset.weight(), &out);
  PutNames("projects", dataset.projects(), &out);
  Put("valid_until", dataset.valid_until(), &out);
  if (!dataset.snapshot_sha256().empty()) out["snapshot"] = "sha256:" + dataset.snapshot_sha256();
  for (const v1::Link& link : dataset.links()) out["links"].push_back(LinkOf(link));
  for (const v1::Variable& variable : dataset.variables())
    out["variables"].push_back(VariableOf(variable));
  return out;
}

std::string Line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string DatasetsJson(const std::vector<v1::Dataset>& datasets) {
  json out = {{"datasets", json::array()}};
  for (const v1::Dataset& dataset : datasets) out["datasets"].push_back(DatasetOf(dataset));
  return Line(out);
}

std::string DatasetJson(const v1::Dataset& dataset) { return Line(DatasetOf(dataset)); }

}  // namespace kluis
