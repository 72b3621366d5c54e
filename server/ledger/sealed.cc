#include "server/ledger/sealed.h"

#include <openssl/rand.h>

#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/sealed_part.h"

namespace kluis {
namespace {

auto Tie(const RequestColumns& c) {
  return std::tie(c.release, c.caller, c.request_id, c.status, c.project, c.query, c.datasets,
                  c.lineages, c.cells, c.suppressed, c.mark);
}

void SealCell(const CellReview& review, v1::SealedCell* cell) {
  cell->set_cell(review.cell);
  cell->set_variable(review.variable);
  for (const std::string& code : review.codes) cell->add_codes(code);
  cell->set_value(review.value);
  cell->set_contributors(review.contributors);
  cell->set_decision(review.decision);
  cell->set_rule(review.rule);
  cell->set_required_low(review.required_low);
  cell->set_required_high(review.required_high);
  cell->set_interval_low(review.interval_low);
  cell->set_interval_high(review.interval_high);
}

void SealJudged(const ProtectionSummary& summary, const std::vector<CellReview>& reviews,
                v1::SealedRequest* sealed) {
  sealed->set_outcome("released");
  sealed->set_cells(summary.cells);
  sealed->set_suppressed(summary.suppressed);
  sealed->set_primary(summary.primary);
  sealed->set_secondary(summary.secondary);
  sealed->set_seconds(summary.seconds);
  sealed->set_work(summary.work);
  sealed->set_cut_short(summary.cut_short);
  sealed->set_cost(summary.cost);
  sealed->mutable_noise()->set_method(summary.round_to > 0 ? "round" : "none");
  sealed->mutable_noise()->set_base(summary.round_to);
  std::map<std::pair<std::string, std::string>, int64_t> decided;
  for (const CellReview& review : reviews) {
    v1::SealedCell cell;
    SealCell(review, &cell);
    sealed->add_cell_reviews(cell.SerializeAsString());
    ++decided[{review.decision, review.rule}];
  }
  for (const auto& [why, cells] : decided) {
    v1::DecidedCells* count = sealed->add_decided();
    count->set_decision(why.first);
    count->set_rule(why.second);
    count->set_cells(cells);
  }
}

void SealModelText(const ReleaseContext& context, v1::SealedRequest* sealed) {
  if (context.formula.empty()) return;
  sealed->mutable_model()->set_formula(context.formula);
  sealed->mutable_model()->set_dataset(context.dataset);
  sealed->mutable_model()->set_where(context.where);
  sealed->mutable_model()->set_family(context.family);
}

void SealUse(const ReleaseContext& context, v1::SealedRequest* sealed) {
  sealed->set_population(context.population);
  sealed->set_population_contributors(context.population_contributors);
  sealed->set_rows_read(context.rows_read);
  for (const uint64_t entry : context.overlaps) sealed->add_overlaps(entry);
  sealed->set_overlap_count(context.overlap_count);
  sealed->set_past(context.past);
  sealed->mutable_budget()->set_queries_today(context.queries_today);
  sealed->mutable_budget()->set_queries_per_day(context.queries_per_day);
  sealed->mutable_budget()->set_work(context.work_budget);
  sealed->set_precedent(context.precedent);
}

}  // namespace

v1::SealedRequest SealRequest(const ReleaseContext& context, std::string answer) {
  v1::SealedRequest sealed;
  sealed.set_format(1);
  sealed.set_release(context.release);
  sealed.set_caller(context.caller);
  sealed.set_organisation(context.organisation);
  sealed.set_role(context.role);
  sealed.set_certificate_sha256(context.certificate_sha256);
  sealed.set_client_version(context.client_version);
  sealed.set_project(context.project);
  sealed.set_asked_project(context.asked_project);
  sealed.set_purpose(context.purpose);
  sealed.set_project_sha256(context.project_sha256);
  sealed.set_query_text(context.query_text);
  sealed.set_query_sha256(ToHex(Sha256(context.query_text)));
  SealModelText(context, &sealed);
  sealed.set_query_canonical(context.query_canonical);
  sealed.set_plan_canonical(context.plan_canonical);
  sealed.set_plan_sha256(context.plan_sha256);
  sealed.set_policy_sha256(context.policy_sha256);
  sealed.set_rules(context.rules);
  sealed.set_rules_sha256(context.rules_sha256);
  sealed.set_build(context.build);
  sealed.set_request_id(context.request_id);
  for (const std::string& condition : context.held_for) sealed.add_held_for(condition);
  for (const SnapshotUse& use : context.snapshots) {
    v1::SnapshotRef* snapshot = sealed.add_snapshots();
    snapshot->set_dataset(use.dataset);
    snapshot->set_sha256(use.sha256);
    snapshot->set_lineage(use.lineage);
    snapshot->set_period(use.period);
  }
  SealUse(context, &sealed);
  sealed.set_answer_sha256(ToHex(Sha256(answer)));
  sealed.set_answer(std::move(answer));
  return sealed;
}

void SealTable(const ProtectedTable& table, v1::SealedRequest* sealed) {
  SealJudged(table.summary(), table.review(), sealed);
}

void SealModel(const ProtectedModel& model, v1::SealedRequest* sealed) {
  SealJudged(model.summary(), model.review(), sealed);
}

void SealRefusal(const Refusal& refusal, v1::SealedRequest* sealed) {
  sealed->set_outcome(refusal.kind == RefusalKind::kHeld ? "held" : "refused");
  sealed->set_refusal_code(refusal.code);
  sealed->set_refusal_message(refusal.message);
}

RequestColumns ColumnsOf(const v1::SealedRequest& sealed) {
  std::vector<std::string> datasets, lineages;
  for (const v1::SnapshotRef& snapshot : sealed.snapshots()) {
    datasets.push_back(snapshot.dataset());
    lineages.push_back(snapshot.lineage().empty() ? snapshot.dataset() : snapshot.lineage());
  }
  const std::string mark =
      sealed.outcome() == "released" ? ReleaseMark(sealed.after_check(), sealed.precedent()) : "";
  return {sealed.release(),
          sealed.caller(),
          sealed.request_id(),
          sealed.outcome(),
          sealed.project(),
          sealed.query_text(),
          SetColumn(datasets),
          SetColumn(lineages),
          sealed.cells(),
          sealed.suppressed(),
          mark};
}

std::string NewSalt() {
  std::string salt(kSaltSize, '\0');
  KLUIS_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), kSaltSize) == 1);
  return salt;
}

SealedPart Seal(const v1::SealedRequest& sealed) {
  SealedPart part;
  part.bytes = sealed.SerializeAsString();
  part.salt = NewSalt();
  part.answer_salt = NewSalt();
  const auto& cells = sealed.cell_reviews();
  part.cells_root = CellsRoot(part.salt, static_cast<uint64_t>(cells.size()), [&](uint64_t i) {
    return absl::string_view(cells[static_cast<int>(i)]);
  });
  return part;
}

SealedPart SealEvent(std::string bytes) {
  SealedPart part;
  part.bytes = std::move(bytes);
  part.salt = NewSalt();
  part.answer_salt = std::string(kSaltSize, '\0');
  part.cells_root = CellsRoot(part.salt, {});
  return part;
}

std::string AnswerField(const SealedPart& part, const v1::SealedRequest& sealed) {
  return ToHex(CommitmentOfHash(part.answer_salt, absl::HexStringToBytes(sealed.answer_sha256())));
}

std::string SealedField(const SealedPart& part) {
  return ToHex(SealedCommitment(part.salt, part.bytes, part.cells_root));
}

absl::Status CheckSealed(const StoredEntry& row, const Entry& entry, std::string* answer) {
  const auto lost = [&row](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("log entry ", row.index, ": ", what, " was changed"));
  };
  if (row.type != entry.type || row.time != entry.time) return lost("its type or time column");
  const SealedPart& part = row.sealed;
  RequestColumns expected;
  if (row.removed) {
    return Tie(row.columns) == Tie(expected) ? absl::OkStatus() : lost("a search column");
  }
  if (SealedField(part) != entry.sealed) return lost("its sealed part");
  if (entry.type == "request") {
    v1::SealedRequest sealed;
    if (!sealed.ParseFromString(part.bytes)) return lost("its sealed part");
    if (ToHex(Commitment(part.answer_salt, sealed.answer())) != entry.answer) {
      return lost("the salt of its answer");
    }
    expected = ColumnsOf(sealed);
    if (answer != nullptr) *answer = std::move(*sealed.mutable_answer());
  }
  if (Tie(row.columns) != Tie(expected)) return lost("a search column");
  return absl::OkStatus();
}

}  // namespace kluis
