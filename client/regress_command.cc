#include <utility>

#include "absl/strings/str_cat.h"
#include "client/ask.h"
#include "client/commands.h"
#include "client/format/sql_text.h"
#include "client/received.h"

namespace kluis {
namespace {

// The request as one text, as the server has it (docs/models.md): places in refusals refer to it.
std::string TextOf(const RegressOptions& options) {
  return absl::StrCat(options.formula, "\nFROM ", options.dataset,
                      options.has_where ? "\nWHERE " : "", options.where);
}

}  // namespace

int Regress(const Console& console, const RegressOptions& options) {
  const std::string text = TextOf(options);
  auto profile = LoadProfile(console, options.ask.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  const auto files = OpenOutput(options.ask.output);
  if (!files.ok()) return Fail(console, files.status());
  if (const auto reason = RefuseSqlText(text))
    return PrintReceived(console, RefusedHere(*reason), options.ask.format, *files, text);
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  v1::RunQueryRequest request;
  v1::Model* model = request.mutable_model();
  model->set_formula(options.formula);
  model->set_dataset(options.dataset);
  // An empty condition is no forgotten one: it is sent as a blank, and refused.
  model->set_where(options.has_where && options.where.empty() ? " " : options.where);
  model->set_family(options.family);
  return Ask(console, *session, options.ask, request, text, *files);
}

}  // namespace kluis
