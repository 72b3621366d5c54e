#include "disclosure/protect/model_answer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/protect/answer_frame.h"

namespace kluis {
namespace {

using nlohmann::json;

const char* RatioName(ModelFamily family) { return family == ModelFamily::kOls ? "t" : "z"; }

json Columns(ModelFamily family) {
  json columns = json::array();
  for (const char* name : {"term", "level"})
    columns.push_back({{"name", name}, {"role", "dimension"}});
  for (const char* name : {"coefficient", "standard_error", RatioName(family), "p"})
    columns.push_back({{"name", name}, {"role", "measure"}, {"statistic", name}});
  return columns;
}

// As text: no number goes through a double of its own.
std::string Number(const ModelNumber& number) {
  return CanonicalNumber(number.scaled, number.decimals);
}

std::string Value(const ModelRow& row, const ModelNumber& number) {
  if (row.reference) return R"({"status":"empty","value":null})";
  return absl::StrCat(R"({"status":"ok","value":)", Number(number), "}");
}

std::string Row(const ModelRow& row, ModelFamily family) {
  const bool student = family == ModelFamily::kOls;
  const std::string ratio = Value(row, row.ratio);
  return absl::StrCat(
      "{\"coefficient\":", Value(row, row.coefficient), ",\"level\":", CanonicalString(row.level),
      ",\"p\":", Value(row, row.p), ",\"standard_error\":", Value(row, row.standard_error),
      student ? absl::StrCat(",\"t\":", ratio) : "", ",\"term\":", CanonicalString(row.term),
      student ? "" : absl::StrCat(",\"z\":", ratio), "}");
}

const char* R2Name(ModelFamily family) {
  return family == ModelFamily::kOls ? "r2" : "mcfadden_r2";
}

std::string Model(const ModelSummary& model) {
  const auto number = [](const std::optional<ModelNumber>& value) {
    return value ? Number(*value) : std::string("null");
  };
  return absl::StrCat("{\"degrees_of_freedom\":", model.degrees_of_freedom,
                      ",\"family\":", CanonicalString(ModelFamilyName(model.family)),
                      ",\"n\":", model.n, ",\"outcome\":", CanonicalString(model.outcome),
                      ",\"parameters\":", model.parameters, ",\"r2\":", number(model.r2),
                      ",\"r2_kind\":", CanonicalString(!model.r2 ? "none" : R2Name(model.family)),
                      ",\"residual_standard_error\":", number(model.residual_error),
                      ",\"standard_errors\":\"classical\",\"weights\":",
                      CanonicalString(model.weighted ? "scaled_to_n" : "none"), "}");
}

}  // namespace

std::string CanonicalModel(const ProtectedModel& model, const AnswerContext& context) {
  const ModelFamily family = model.model().family;
  json frame = AnswerFrame(context, "released");
  std::string out = absl::StrCat("{\"columns\":", CanonicalJson(Columns(family)),
                                 ",\"model\":", Model(model.model()));
  frame["protection"]["cells"] = model.summary().cells;
  frame["protection"]["suppressed"] = model.summary().suppressed;
  for (const char* key : {"protection", "reasons", "release"})
    absl::StrAppend(&out, ",\"", key, "\":", CanonicalJson(frame[key]));
  absl::StrAppend(&out, ",\"rows\":[");
  for (size_t r = 0; r < model.rows().size(); ++r)
    absl::StrAppend(&out, r == 0 ? "" : ",", Row(model.rows()[r], family));
  absl::StrAppend(&out, "]");
  for (const char* key : {"scope", "status"})
    absl::StrAppend(&out, ",\"", key, "\":", CanonicalJson(frame[key]));
  return out + "}";
}

std::string CanonicalModelAllowed(const ModelSpec& spec, int64_t cells, const std::string& plan,
                                  const AnswerContext& context) {
  json frame = AnswerFrame(context, "allowed");
  frame["columns"] = Columns(spec.family);
  frame["cells"] = cells;
  frame["model"] = {{"family", ModelFamilyName(spec.family)},
                    {"outcome", spec.outcome},
                    {"parameters", spec.Parameters()}};
  frame["plan"] = plan;
  frame["protection"]["cells"] = cells;
  frame["protection"]["suppressed"] = nullptr;  // not known before the data are touched
  return CanonicalJson(frame);
}

}  // namespace kluis
