#include "server/rpc/policy_replay.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/map_reader.h"
#include "kluis/v1/release.pb.h"
#include "server/engine/share_work.h"
#include "server/release/draft_replay.h"

namespace kluis {
namespace {

constexpr int kPage = 500, kExamplesMost = 20;
constexpr size_t kReasonsMost = 10;

std::string AYearAgo() {
  const std::string today = TodayUtc();
  return absl::StrCat(std::atoi(today.c_str()) - 1, today.substr(4));
}

class Replaying {
 public:
  Replaying(const ServiceCore& core, std::shared_ptr<const PolicyBundle> draft,
            const std::atomic<bool>* cancelled)
      : core_(core),
        draft_(std::move(draft)),
        now_(core.enclave.catalogue()),
        cancelled_(cancelled) {}

  absl::StatusOr<v1::PolicyReplayReport> Run(const std::string& since, const ReplayRange& range) {
    uint64_t before = range.until == 0 ? 0 : range.until + 1;
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(
          const std::vector<ReleaseRecord> page,
          core_.enclave.ledger().ListReleases({.since_utc = since}, before, kPage));
      std::vector<ReleaseRecord> released;
      for (const ReleaseRecord& record : page) {
        if (record.index > range.after && record.status == "released") released.push_back(record);
      }
      KLUIS_RETURN_IF_ERROR(AddAll(released));
      if (!page.empty() && page.back().index <= range.after) return Report();
      // Entry 0 is the key of the log, so 0 asks for the newest only at the start.
      if (page.size() < kPage) return Report();
      before = page.back().index;
    }
  }

 private:
  v1::PolicyReplayReport Report() {
    report_.set_computed(known_.computed());
    for (auto& [name, effect] : projects_) *report_.add_projects() = std::move(effect);
    for (const std::string& why : reasons_) report_.add_why_left_out(why);
    return std::move(report_);
  }

  // Computed side by side, counted one after the other.
  absl::Status AddAll(const std::vector<ReleaseRecord>& records) {
    std::vector<Compared> compared(records.size());
    KLUIS_RETURN_IF_ERROR(ShareWork(core_.workers.threads(), records.size(), [&](int, size_t r) {
      if (*cancelled_) return absl::CancelledError("client");
      return Compare(records[r], &compared[r]);
    }));
    for (size_t r = 0; r < records.size(); ++r) {
      if (compared[r].left_out.empty()) {
        Count(records[r], compared[r].effect);
      } else {
        report_.set_left_out(report_.left_out() + 1);
        if (reasons_.size() < kReasonsMost) reasons_.insert(compared[r].left_out);
      }
    }
    return absl::OkStatus();
  }

  struct Compared {
    std::string left_out;  // why there is no effect
    DraftEffect effect;
  };

  absl::Status Compare(const ReleaseRecord& record, Compared* compared) {
    KLUIS_ASSIGN_OR_RETURN(const SealedEntry entry,
                           core_.enclave.ledger().ReadSealed(record.index));
    v1::SealedRequest sealed;
    const auto leave_out = [compared](const char* why) {
      compared->left_out = why;
      return absl::OkStatus();
    };
    if (entry.removed || !sealed.ParseFromString(entry.bytes))
      return leave_out("its sealed part was removed after its term");
    KLUIS_ASSIGN_OR_RETURN(const std::shared_ptr<const CatalogueView> data,
                           DataOf(record.index, sealed));
    if (data == nullptr) return leave_out("a snapshot that it read is gone");
    const auto answer = core_.pipeline.AnswerUnder(sealed, record.time.substr(0, 10),
                                                   {draft_, data}, &known_, cancelled_);
    if (absl::IsCancelled(answer.status())) return answer.status();
    if (!answer.ok()) return leave_out("it could not be made again");
    compared->effect = CompareAnswers(sealed.answer(), **answer);
    return absl::OkStatus();
  }

  // The datasets as the release read them; null when one is gone. Of those in force nothing is
  // read.
  absl::StatusOr<std::shared_ptr<const CatalogueView>> DataOf(uint64_t index,
                                                              const v1::SealedRequest& sealed) {
    std::string snapshots;
    bool as_now = true;
    for (const v1::SnapshotRef& snapshot : sealed.snapshots()) {
      absl::StrAppend(&snapshots, snapshot.dataset(), " ", snapshot.sha256(), "\n");
      const auto found = now_->datasets.find(snapshot.dataset());
      as_now = as_now && found != now_->datasets.end() && found->second.sha256 == snapshot.sha256();
    }
    if (as_now) return now_;
    const std::lock_guard<std::mutex> lock(data_mutex_);
    const auto known = data_.find(snapshots);
    if (known != data_.end()) return known->second;
    KLUIS_ASSIGN_OR_RETURN(const WasInForce was, core_.enclave.InForceAt(index, sealed));
    data_[snapshots] = was.catalogue;
    return was.catalogue;
  }

  void Count(const ReleaseRecord& record, const DraftEffect& effect) {
    report_.set_releases(report_.releases() + 1);
    v1::ProjectEffect& project = projects_[record.project];
    project.set_project(record.project);
    project.set_releases(project.releases() + 1);
    project.set_cells(project.cells() + effect.cells);
    project.set_hidden(project.hidden() + effect.hidden);
    project.set_shown(project.shown() + effect.shown);
    if (!effect.changed()) return;
    project.set_changed(project.changed() + 1);
    if (!effect.refusal.empty()) project.set_refused(project.refused() + 1);
    if (report_.examples_size() >= kExamplesMost) return;
    v1::EffectExample* example = report_.add_examples();
    example->set_release(record.release);
    example->set_index(record.index);
    example->set_project(record.project);
    example->set_refusal(effect.refusal);
    for (const std::string& cell : effect.examples) example->add_cells(cell);
  }

  const ServiceCore& core_;
  const std::shared_ptr<const PolicyBundle> draft_;
  const std::shared_ptr<const CatalogueView> now_;
  const std::atomic<bool>* cancelled_;
  KnownAnswers known_;
  std::mutex data_mutex_;
  std::map<std::string, std::shared_ptr<const CatalogueView>>
      data_;  // by snapshots; guarded by data_mutex_
  std::map<std::string, v1::ProjectEffect> projects_;
  std::set<std::string> reasons_;
  v1::PolicyReplayReport report_;
};

}  // namespace

absl::StatusOr<v1::PolicyReplayReport> ReplayUnderDraft(
    const ServiceCore& core, const std::shared_ptr<const PolicyBundle>& draft,
    const ReplayRange& range, const std::atomic<bool>* cancelled) {
  if (!range.since.empty() && !IsDate(range.since))
    return absl::InvalidArgumentError("since is a day, YYYY-MM-DD");
  return Replaying(core, draft, cancelled)
      .Run(range.since.empty() ? AYearAgo() : range.since, range);
}

void AddCounts(const v1::PolicyReplayReport& more, v1::PolicyReplayReport* all) {
  all->set_releases(all->releases() + more.releases());
  all->set_computed(all->computed() + more.computed());
  all->set_left_out(all->left_out() + more.left_out());
  for (const v1::ProjectEffect& effect : more.projects()) {
    v1::ProjectEffect* to = nullptr;
    for (v1::ProjectEffect& known : *all->mutable_projects()) {
      if (known.project() == effect.project()) to = &known;
    }
    if (to == nullptr) {
      *all->add_projects() = effect;
      continue;
    }
    to->set_releases(to->releases() + effect.releases());
    to->set_changed(to->changed() + effect.changed());
    to->set_refused(to->refused() + effect.refused());
    to->set_cells(to->cells() + effect.cells());
    to->set_hidden(to->hidden() + effect.hidden());
    to->set_shown(to->shown() + effect.shown());
  }
}

}  // namespace kluis
