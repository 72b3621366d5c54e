#include "server/review/review_desk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/ledger/entry_store.h"
#include "server/review/log_reader.h"
#include "server/review/overlap.h"

namespace kluis {
namespace {

constexpr int kAll = 1'000'000'000;

// Ids of the releases that the precedents of a case let through, in the order of the log.
absl::StatusOr<std::vector<std::string>> ReleasedUnder(Connection& log,
                                                       const std::string& case_id) {
  KLUIS_ASSIGN_OR_RETURN(Statement rows,
                         log.Prepare("SELECT release FROM entries WHERE type = 'request' AND "
                                     "subject IN (?1, ?2) ORDER BY idx"));
  const std::string alone = ReleaseMark(false, case_id), checked = ReleaseMark(true, case_id);
  rows.BindText(1, alone).BindText(2, checked);
  std::vector<std::string> releases;
  for (;;) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) return releases;
    releases.push_back(rows.Text(0));
  }
}

// What the desk makes of an entry.
absl::Status Take(const DeskEntry& entry, Desk* desk) {
  if (const auto* held = std::get_if<HeldRequest>(&entry.what)) {
    if (desk->Find(held->id) == nullptr) desk->Open(*held);
    return absl::OkStatus();
  }
  const DeskEvent& event = std::get<DeskEvent>(entry.what);
  return desk->Apply(event, entry.index);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReviewDesk>> ReviewDesk::Open(const Database& log, Ledger& ledger,
                                                             std::function<std::string()> now_utc) {
  std::unique_ptr<ReviewDesk> desk(new ReviewDesk(log, ledger, std::move(now_utc)));
  KLUIS_RETURN_IF_ERROR(desk->CatchUp());
  return desk;
}

absl::Status ReviewDesk::CatchUp() {
  std::lock_guard<std::mutex> lock(mutex_);
  return ReadOn();
}

absl::Status ReviewDesk::ReadOn() {
  KLUIS_RETURN_IF_ERROR(broken_);
  const size_t known = desk_.changes().size();
  const absl::StatusOr<uint64_t> end = ReadDeskEntries(
      log_, ledger_, read_, [this](const DeskEntry& entry) { return Take(entry, &desk_); });
  const absl::Status read = end.status();
  if (end.ok()) read_ = *end;
  if (!read.ok()) broken_ = read;  // part of it may be taken
  if (desk_.changes().size() > known) changed_.notify_all();
  return read;
}

absl::StatusOr<std::optional<Objection>> ReviewDesk::Do(DeskEvent event,
                                                        const std::set<std::string>& close) {
  std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_RETURN_IF_ERROR(ReadOn());
  event.time = now_utc_();
  if (auto objection = desk_.Check(event, close)) return objection;
  const Case* held = desk_.Find(event.case_id);
  uint64_t reviewed = held == nullptr ? 0 : held->request.index;
  if (held == nullptr) {  // a release that was never held
    KLUIS_ASSIGN_OR_RETURN(const CommittedRelease release, ledger_.FindRelease(event.case_id, ""));
    reviewed = release.index();
  }
  KLUIS_RETURN_IF_ERROR(Write(std::move(event), reviewed));
  KLUIS_RETURN_IF_ERROR(ReadOn());
  return std::optional<Objection>();
}

absl::Status ReviewDesk::Write(DeskEvent event, uint64_t reviewed) {
  const bool ends =
      event.action == DeskAction::kRecall || event.action == DeskAction::kEndPrecedent;
  if (!ends) return ledger_.AppendReview(reviewed, EventJson(event)).status();
  const std::vector<std::string> others = event.dependants;
  for (;;) {
    std::vector<std::string> under;
    KLUIS_RETURN_IF_ERROR(log_.Read([&](Connection& log) -> absl::Status {
      KLUIS_ASSIGN_OR_RETURN(under, ReleasedUnder(log, event.case_id));
      return absl::OkStatus();
    }));
    event.dependants = others;
    for (const std::string& release : under) {
      if (std::count(others.begin(), others.end(), release) == 0)
        event.dependants.push_back(release);
    }
    // One that was released between the look and this entry would be told to nobody.
    const auto unchanged = [&](Connection& log, uint64_t) -> absl::Status {
      KLUIS_ASSIGN_OR_RETURN(const std::vector<std::string> now, ReleasedUnder(log, event.case_id));
      return now == under ? absl::OkStatus() : absl::AbortedError("look again");
    };
    const absl::Status written =
        ledger_.AppendReview(reviewed, EventJson(event), unchanged).status();
    if (!absl::IsAborted(written)) return written;
  }
}

absl::StatusOr<CommittedRelease> ReviewDesk::Release(
    const std::string& case_id,
    const std::function<absl::StatusOr<CommittedRelease>(const Case& approved)>& commit) {
  std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_RETURN_IF_ERROR(ReadOn());
  const Case* held = desk_.Find(case_id);
  if (held == nullptr || held->state != CaseState::kApproved)
    return absl::FailedPreconditionError(absl::StrCat("case ", case_id, " is not approved"));
  KLUIS_ASSIGN_OR_RETURN(CommittedRelease release, commit(*held));
  KLUIS_RETURN_IF_ERROR(ReadOn());
  return release;
}

absl::Status ReviewDesk::Look(const std::function<void(const Desk&)>& look) {
  std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_RETURN_IF_ERROR(ReadOn());
  look(desk_);
  return absl::OkStatus();
}

size_t ReviewDesk::WaitForChange(size_t known, std::chrono::milliseconds patience) const {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return desk_.changes().size() > known; });
  return desk_.changes().size();
}

absl::StatusOr<v1::SealedRequest> ReviewDesk::RequestOf(uint64_t index) const {
  return ReadSealedRequest(ledger_, index);
}

absl::StatusOr<Overlap> ReviewDesk::Overlaps(const std::string& plan_canonical, uint64_t index,
                                             size_t limit) const {
  return released_.About(SubjectOfPlan(plan_canonical), index, limit);
}

absl::StatusOr<EarlierReleases> ReviewDesk::AboutTheSame(const std::string& plan_canonical,
                                                         const std::string& own, size_t limit) {
  const PlanSubject subject = SubjectOfPlan(plan_canonical);
  std::optional<uint64_t> except;
  if (!own.empty()) {
    const auto release = ledger_.FindRelease(own, "");
    if (!release.ok() && !absl::IsNotFound(release.status())) return release.status();
    if (release.ok()) except = release->index();
  }
  KLUIS_ASSIGN_OR_RETURN(const Overlap overlap,
                         released_.About(subject, ledger_.size(), limit, except));
  EarlierReleases about = {overlap.count, {}};
  for (const uint64_t at : overlap.newest) {
    KLUIS_ASSIGN_OR_RETURN(const SealedEntry entry, ledger_.ReadSealed(at));
    v1::SealedRequest sealed;
    if (entry.removed || !sealed.ParseFromString(entry.bytes)) continue;
    std::set<std::string> shared = SharedVariables(subject, SubjectOfPlan(sealed.plan_canonical()));
    if (shared.empty()) continue;
    about.newest.push_back({sealed.release(), entry.time, sealed.project(), sealed.caller(),
                            sealed.query_text(), at, std::move(shared)});
  }
  KLUIS_RETURN_IF_ERROR(Look([&about](const Desk& desk) {
    for (EarlierRelease& release : about.newest) {
      const Case* of = desk.FindByRelease(release.release);
      release.recalled = of != nullptr && of->state == CaseState::kRecalled;
    }
  }));
  return about;
}

absl::StatusOr<std::vector<std::string>> ReviewDesk::SamePlanAfter(
    const CommittedRelease& release) const {
  KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest of, RequestOf(release.index()));
  KLUIS_ASSIGN_OR_RETURN(const std::vector<uint64_t> released,
                         ReleasedBefore(log_, ledger_.size(), kAll));
  std::vector<std::string> same;
  for (const uint64_t at : released) {
    if (at <= release.index()) break;
    KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest sealed, RequestOf(at));
    if (sealed.plan_sha256() == of.plan_sha256()) same.push_back(sealed.release());
  }
  std::reverse(same.begin(), same.end());
  return same;
}

absl::StatusOr<bool> ReviewDesk::ProjectHasReleases(const std::string& project) const {
  return Exists("project = ?1 AND status = 'released'", project);
}

absl::StatusOr<bool> ReviewDesk::DatasetHasReleases(const std::string& dataset) const {
  return Exists("status = 'released' AND instr(datasets, ?1) > 0", SetColumn({dataset}));
}

absl::StatusOr<bool> ReviewDesk::Exists(const std::string& where, const std::string& value) const {
  bool found = false;
  KLUIS_RETURN_IF_ERROR(log_.Read([&](Connection& log) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        log.Prepare(absl::StrCat("SELECT 1 FROM entries WHERE ", where, " LIMIT 1")));
    select.BindText(1, value);
    KLUIS_ASSIGN_OR_RETURN(found, select.Step());
    return absl::OkStatus();
  }));
  return found;
}

}  // namespace kluis
