#include "client/review_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/format/text.h"

namespace kluis {
namespace {

using Rows = std::vector<std::vector<std::string>>;

template <typename List>
std::string Joined(const List& texts, const char* between) {
  return Printable(absl::StrJoin(texts, between));
}

std::string Field(const std::string& name, const std::string& value) {
  return value.empty() ? "" : absl::StrFormat("%-11s %s\n", name + ":", value);
}

std::string Block(const std::string& name, const std::string& text) {
  return text.empty() ? "" : TextBlock(name, text);
}

std::string Votes(const v1::Case& held) {
  return held.votes_needed() == 0 ? "" : absl::StrCat(held.votes(), " of ", held.votes_needed());
}

std::string Strength(const v1::CaseVote& vote) {
  return absl::StrCat(vote.minimum() > 0 ? absl::StrCat(", minimum ", vote.minimum()) : "",
                      vote.round_to() > 0 ? absl::StrCat(", rounded to ", vote.round_to()) : "");
}

std::string VoteLines(const v1::CaseDetail& detail) {
  std::string text;
  for (const v1::CaseVote& vote : detail.votes()) {
    absl::StrAppend(&text, vote.time(), " ", vote.by(), ": ", vote.vote(), Strength(vote),
                    vote.code().empty() ? "" : " ", vote.code(), "; ", vote.reason(), "\n");
  }
  return text;
}

std::string NoteLines(const v1::CaseDetail& detail) {
  std::string text;
  for (const v1::CaseNote& note : detail.notes()) {
    absl::StrAppend(&text, note.time(), " ", note.by(),
                    note.to_researcher() ? ", between researcher and reviewers: " : ": ",
                    note.text(), "\n");
  }
  return text;
}

std::string EarlierText(const v1::CaseDetail& detail) {
  if (detail.earlier_size() == 0) return "";
  const int64_t more = detail.earlier_count() - detail.earlier_size();
  Rows rows = {{"release", "entry", "time", "project", "asked by", "shares"}};
  for (const v1::EarlierRelease& earlier : detail.earlier()) {
    rows.push_back(
        {absl::StrCat(Printable(IdOf(earlier.name())), earlier.recalled() ? " (recalled)" : ""),
         std::to_string(earlier.index()), Printable(earlier.time()),
         Printable(IdOf(earlier.project())), Printable(earlier.caller()),
         Joined(earlier.shared(), ", ")});
  }
  return absl::StrCat("\nreleases of the same register and variables until now:\n",
                      AlignColumns(rows, {Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft,
                                          Align::kLeft, Align::kLeft}),
                      more > 0 ? absl::StrCat("and ", more, " before these\n") : "");
}

std::string Interval(double low, double high, bool known) {
  return known ? absl::StrFormat("%g..%g", low, high) : "";
}

std::string Share(double share) { return share < 0 ? "" : absl::StrFormat("%.1f %%", share * 100); }

std::string FiguresText(const v1::CaseDetail& detail, const std::vector<v1::Figure>& figures) {
  if (figures.empty()) return "";
  Rows rows(1);
  std::vector<Align> align;
  for (const std::string& dimension : detail.dimensions()) {
    rows[0].push_back(Printable(dimension));
    align.push_back(Align::kLeft);
  }
  for (const char* name :
       {"statistic", "before", "after", "units", "why", "must hold", "holds", "largest", "second"})
    rows[0].push_back(name);
  align.insert(align.end(),
               {Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kLeft,
                Align::kLeft, Align::kLeft, Align::kRight, Align::kRight});
  for (const v1::Figure& figure : figures) {
    std::vector<std::string> row;
    for (const std::string& code : figure.codes()) row.push_back(Printable(code));
    row.resize(detail.dimensions_size());
    // What is hidden for others' sake has no interval that it must have.
    const bool primary = figure.decision() == "primary";
    const bool moves = figure.interval_low() < figure.interval_high();
    const std::string why = figure.rule().empty() ? figure.decision() : figure.rule();
    row.insert(row.end(),
               {Printable(figure.statistic()), Printable(figure.before()),
                Printable(figure.after()), std::to_string(figure.contributors()), Printable(why),
                Interval(figure.required_low(), figure.required_high(), primary),
                Interval(figure.interval_low(), figure.interval_high(), primary || moves),
                Share(figure.largest()), Share(figure.second())});
    rows.push_back(std::move(row));
  }
  return absl::StrCat("\nbefore and after protection:\n", AlignColumns(rows, align));
}

std::string Population(const v1::CaseDetail& detail) {
  if (detail.population() == 0) return "";
  if (detail.contributors() == 0) return absl::StrCat(detail.population(), " units");
  return absl::StrCat(detail.population(), " units of ", detail.contributors(), " contributors");
}

std::string Budget(const v1::CaseDetail& detail) {
  if (detail.queries_per_day() == 0) return "";
  return absl::StrCat(detail.queries_today(), " of ", detail.queries_per_day(),
                      " queries of the project today");
}

std::string Duration(int64_t seconds) {
  if (seconds < 0) return "";
  return absl::StrFormat("%d h %02d min", seconds / 3600, seconds / 60 % 60);
}

std::string Counts(const google::protobuf::Map<std::string, int64_t>& counts) {
  const std::map<std::string, int64_t> sorted(counts.begin(), counts.end());
  return Printable(absl::StrJoin(sorted, ", ", absl::PairFormatter(" ")));
}

}  // namespace

std::string IdOf(const std::string& name) { return name.substr(name.find('/') + 1); }

std::vector<std::string> EachOnce(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::vector<std::string> once;
  for (const std::string& text : texts) {
    if (std::find(once.begin(), once.end(), text) == once.end()) once.push_back(text);
  }
  return once;
}

std::string DependantsLine(const v1::Case& held, const std::string& name) {
  if (held.dependants().empty()) return "";
  std::vector<std::string> releases;
  for (const std::string& release : held.dependants()) releases.push_back(IdOf(release));
  return absl::StrCat(name.empty() ? "" : absl::StrCat(Printable(name), ": "),
                      held.state() == "recalled" ? "recalled; releases that rest on it: "
                                                 : "precedent ended; releases it let through: ",
                      Joined(releases, ", "), "\n");
}

std::string CasesText(const v1::ListCasesResponse& cases) {
  std::string dependants;
  Rows rows = {{"case", "state", "held", "project", "votes", "asked by", "because of"}};
  for (const v1::Case& held : cases.cases()) {
    rows.push_back({Printable(IdOf(held.name())), Printable(held.state()),
                    Printable(held.held_at()), Printable(IdOf(held.project())), Votes(held),
                    Printable(held.caller()), Joined(held.conditions(), ", ")});
  }
  for (const v1::Case& held : cases.cases()) dependants += DependantsLine(held, IdOf(held.name()));
  return AlignColumns(rows, std::vector<Align>(7, Align::kLeft)) + dependants;
}

std::string CaseLine(const v1::Case& held) {
  const std::string votes = Votes(held);
  return absl::StrCat(
      Printable(IdOf(held.name())), ": ", Printable(held.state()),
      votes.empty() ? "" : absl::StrCat(", votes ", votes),
      held.release().empty() ? "" : absl::StrCat(", release ", Printable(IdOf(held.release()))),
      "\n", DependantsLine(held));
}

std::string DetailText(const v1::CaseDetail& detail, const std::vector<v1::Figure>& figures) {
  const v1::Case& held = detail.case_();
  const std::string votes = Votes(held);
  return absl::StrCat(
      Field("case", Printable(IdOf(held.name()))),
      Field("state", absl::StrCat(Printable(held.state()),
                                  held.round() > 1 ? absl::StrCat(", round ", held.round()) : "",
                                  votes.empty() ? "" : absl::StrCat(", votes ", votes))),
      Field("held", Printable(held.held_at())),
      Field("because of", Joined(held.conditions(), ", ")),
      Field("asked by", Printable(held.caller())),
      Field("project", Printable(IdOf(held.project()))), Field("rules", Printable(held.rules())),
      Field("claimed by", Joined(held.claimed_by(), ", ")),
      Field("release", Printable(IdOf(held.release()))),
      Field("recalled", Printable(held.recall_reason())), DependantsLine(held),
      Block("asked of the researcher", absl::StrJoin(EachOnce(held.asked()), "\n")),
      Field("refused", Printable(detail.refusal())), Block("query", held.query()),
      Field("population", Population(detail)), Field("budget", Budget(detail)),
      Block("in words", detail.words()), Block("plan", detail.plan()),
      Block("votes", VoteLines(detail)), Block("comments", NoteLines(detail)), EarlierText(detail),
      FiguresText(detail, figures));
}

std::string PrecedentsText(const v1::ListPrecedentsResponse& precedents) {
  Rows rows = {{"case", "project", "rules", "cells", "until", "in force", "by", "reason"}};
  for (const v1::Precedent& precedent : precedents.precedents()) {
    rows.push_back({Printable(IdOf(precedent.case_())), Printable(IdOf(precedent.project())),
                    Printable(precedent.rules()), std::to_string(precedent.cells()),
                    Printable(precedent.until()), precedent.in_force() ? "yes" : "no",
                    Joined(precedent.by(), ", "), Printable(precedent.reason())});
  }
  return AlignColumns(rows, {Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft,
                             Align::kLeft, Align::kLeft, Align::kLeft});
}

std::string ReportText(const v1::Report& report) {
  return absl::StrCat(
      "cases:      ", report.cases(), ", open ", report.open(), ", decided ", report.decided(),
      "\n", Field("states", Counts(report.by_state())),
      Field("held for", Counts(report.by_hold_condition())),
      Field("denied for", Counts(report.by_denial())),
      Field("turnaround",
            report.turnaround_median_s() < 0
                ? ""
                : absl::StrCat("median ", Duration(report.turnaround_median_s()), ", longest ",
                               Duration(report.turnaround_longest_s()))),
      "approved:   as asked ", report.overrides(), ", with stronger protection ",
      report.strengthened(), "\n", "agreement:  ", report.rounds_agreed(), " of ", report.rounds(),
      " rounds; votes changed after a conflict ", report.votes_changed(), "\n",
      "recalls:    ", report.recalls(), "\n",
      "checked:    ", report.after_checks() - report.after_checks_open(), " of ",
      report.after_checks(), " drawn after release, recalled ", report.after_checks_recalled(),
      "\n");
}

std::string ChangeLine(const v1::CaseChange& change) {
  return absl::StrCat(Printable(change.time()), " entry ", change.index(), " ",
                      Printable(IdOf(change.case_())), ": ",
                      change.action().empty() ? "" : absl::StrCat(Printable(change.action()), ", "),
                      Printable(change.state()), "\n");
}

}  // namespace kluis
