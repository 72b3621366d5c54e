#include "server/desk/report.h"

#include <algorithm>
#include <vector>

#include "absl/time/time.h"

namespace kluis {
namespace {

std::optional<int64_t> SecondsBetween(const std::string& begin, const std::string& end) {
  absl::Time from, to;
  if (!absl::ParseTime(absl::RFC3339_full, begin, &from, nullptr) ||
      !absl::ParseTime(absl::RFC3339_full, end, &to, nullptr)) {
    return std::nullopt;
  }
  return absl::ToInt64Seconds(to - from);
}

void CountRounds(const Case& held, DeskReport* report) {
  for (const CaseRound& round : held.rounds) {
    report->votes_changed += round.changed;
    if (round.votes < 2) continue;
    ++report->rounds;
    report->rounds_agreed += round.agreed;
  }
}

void CountDecision(const Case& held, DeskReport* report, std::vector<int64_t>* seconds) {
  if (!held.decision) return;
  ++report->decided;
  const CaseVote& decision = *held.decision;
  if (decision.action == DeskAction::kApprove) {
    ++(decision.strength == Strength() ? report->overrides : report->strengthened);
  }
  if (!decision.code.empty()) ++report->by_denial[decision.code];
  if (const auto took = SecondsBetween(held.request.time, decision.time)) seconds->push_back(*took);
}

}  // namespace

DeskReport ReportOf(const Desk& desk, const std::string& from, const std::string& until) {
  DeskReport report;
  std::vector<int64_t> seconds;
  for (const auto& [id, held] : desk.cases()) {
    const auto is_between = [&](const std::string& time) {
      const std::string day = time.substr(0, 10);
      return day >= from && (until.empty() || day <= until);
    };
    if (held.state == CaseState::kRecalled && is_between(held.recalled)) ++report.recalls;
    if (!is_between(held.request.time)) continue;
    if (held.request.after_check) {
      ++report.after_checks;
      report.after_checks_open += held.state == CaseState::kAfterCheck;
      report.after_checks_recalled += held.state == CaseState::kRecalled;
    }
    if (!held.held) continue;
    ++report.cases;
    report.open += !IsClosed(held.state);
    ++report.by_state[StateName(held.state)];
    for (const std::string& reason : held.request.reasons) ++report.by_hold_reason[reason];
    CountRounds(held, &report);
    CountDecision(held, &report, &seconds);
  }
  std::sort(seconds.begin(), seconds.end());
  if (!seconds.empty()) {
    report.turnaround_median_s = seconds[(seconds.size() - 1) / 2];
    report.turnaround_longest_s = seconds.back();
  }
  return report;
}

}  // namespace kluis
