#include "server/rpc/review_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

std::string CaseName(const std::string& id) { return absl::StrCat("cases/", id); }
std::string ReleaseName(const std::string& id) {
  return id.empty() ? "" : absl::StrCat("releases/", id);
}

// What the researcher is asked: why changes are requested, once that is decided, and what was said
// to the researcher.
void FillAsked(const Case& held, v1::Case* out) {
  if (held.state == CaseState::kChangesRequested) {
    for (const CaseVote& vote : held.votes) out->add_asked(vote.reason);
  }
  for (const CaseNote& note : held.notes) {
    if (note.to_researcher && note.by.role == DeskRole::kReviewer) out->add_asked(note.text);
  }
}

void FillVote(const CaseVote& vote, v1::CaseVote* out) {
  out->set_by(vote.by.id);
  out->set_vote(ActionName(vote.action));
  out->set_time(vote.time);
  out->set_reason(vote.reason);
  out->set_code(vote.code);
  out->set_minimum(vote.strength.minimum);
  out->set_round_to(vote.strength.round_to);
}

}  // namespace

CaseState StateForResearcher(CaseState state) {
  if (state == CaseState::kConflict) return CaseState::kInReview;
  return state == CaseState::kAfterCheck ? CaseState::kReleased : state;
}

void FillCase(const Case& held, bool all, int required, v1::Case* out) {
  out->set_name(CaseName(held.request.id));
  out->set_state(StateName(all ? held.state : StateForResearcher(held.state)));
  out->set_held_at(held.request.time);
  out->set_project(absl::StrCat("projects/", held.request.project));
  out->set_query(held.request.query);
  out->set_release(ReleaseName(held.release));
  FillAsked(held, out);
  if (!all) return;
  out->set_caller(held.request.caller);
  out->set_rules(held.request.rules);
  for (const std::string& condition : held.request.reasons) out->add_conditions(condition);
  out->set_round(held.round);
  out->set_votes(static_cast<int>(held.votes.size()));
  if (held.held) out->set_votes_needed(std::max(held.required, required));
  for (const DeskActor& claim : held.claims) out->add_claimed_by(claim.id);
  out->set_index(held.request.index);
  out->set_recall_reason(held.recall_reason);
  for (const auto* releases : {&held.dependants, &held.under_precedent}) {
    for (const std::string& release : *releases) out->add_dependants(ReleaseName(release));
  }
}

void FillVotes(const Case& held, const std::string& person, v1::CaseDetail* out) {
  for (const CaseVote& vote : held.votes) {
    if (VotesAreOpen(held) || vote.by.person == person) FillVote(vote, out->add_votes());
  }
}

void FillNotes(const Case& held, v1::CaseDetail* out) {
  for (const CaseNote& note : held.notes) {
    v1::CaseNote* filled = out->add_notes();
    filled->set_by(note.by.id);
    filled->set_time(note.time);
    filled->set_text(note.text);
    filled->set_to_researcher(note.to_researcher);
  }
}

void FillPlan(const HeldPlan& plan, v1::CaseDetail* out) {
  out->set_words(plan.words);
  out->set_plan(plan.canonical);
  out->set_cells(plan.cells);
  out->set_refusal(plan.refusal);
  out->set_queries_today(plan.queries_today);
  out->set_queries_per_day(plan.queries_per_day);
}

void FillEarlier(const EarlierReleases& about, v1::CaseDetail* out) {
  out->set_earlier_count(about.count);
  for (const EarlierRelease& release : about.newest) {
    v1::EarlierRelease* filled = out->add_earlier();
    filled->set_name(ReleaseName(release.release));
    filled->set_index(release.index);
    filled->set_time(release.time);
    filled->set_project(absl::StrCat("projects/", release.project));
    filled->set_caller(release.caller);
    filled->set_query(release.query);
    filled->set_recalled(release.recalled);
    for (const std::string& variable : release.shared) filled->add_shared(variable);
  }
}

void FillFigure(const Figure& figure, v1::Figure* out) {
  for (const std::string& code : figure.codes) out->add_codes(code);
  out->set_statistic(figure.statistic);
  out->set_before(figure.before);
  out->set_after(figure.after);
  out->set_contributors(figure.contributors);
  out->set_decision(figure.decision);
  out->set_rule(figure.rule);
  out->set_required_low(figure.required_low);
  out->set_required_high(figure.required_high);
  out->set_interval_low(figure.interval_low);
  out->set_interval_high(figure.interval_high);
  out->set_largest(figure.largest);
  out->set_second(figure.second);
}

void FillPrecedent(const Precedent& precedent, const std::string& today, v1::Precedent* out) {
  out->set_case_(CaseName(precedent.case_id));
  out->set_project(absl::StrCat("projects/", precedent.project));
  out->set_rules(precedent.rules);
  out->set_cells(precedent.cells);
  out->set_until(precedent.until);
  out->set_reason(precedent.reason);
  for (const DeskActor& by : precedent.by) out->add_by(by.id);
  out->set_needed(precedent.required);
  out->set_in_force(InForceOn(precedent, today));
}

void FillReport(const DeskReport& report, v1::Report* out) {
  out->set_cases(report.cases);
  out->set_open(report.open);
  out->set_decided(report.decided);
  out->mutable_by_state()->insert(report.by_state.begin(), report.by_state.end());
  out->mutable_by_hold_condition()->insert(report.by_hold_reason.begin(),
                                           report.by_hold_reason.end());
  out->mutable_by_denial()->insert(report.by_denial.begin(), report.by_denial.end());
  out->set_turnaround_median_s(report.turnaround_median_s.value_or(-1));
  out->set_turnaround_longest_s(report.turnaround_longest_s.value_or(-1));
  out->set_overrides(report.overrides);
  out->set_strengthened(report.strengthened);
  out->set_rounds(report.rounds);
  out->set_rounds_agreed(report.rounds_agreed);
  out->set_votes_changed(report.votes_changed);
  out->set_recalls(report.recalls);
  out->set_after_checks(report.after_checks);
  out->set_after_checks_open(report.after_checks_open);
  out->set_after_checks_recalled(report.after_checks_recalled);
}

}  // namespace kluis
