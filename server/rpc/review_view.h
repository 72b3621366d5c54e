// Cases as messages, for who may see what of them.
#ifndef KLUIS_SERVER_RPC_REVIEW_VIEW_H_
#define KLUIS_SERVER_RPC_REVIEW_VIEW_H_

#include <string>
#include <vector>

#include "kluis/v1/review.pb.h"
#include "server/desk/report.h"
#include "server/release/preview.h"
#include "server/review/review_desk.h"

namespace kluis {

// What the researcher whose request it is may know of its state: that reviewers differ is not
// theirs.
CaseState StateForResearcher(CaseState state);

// `all`: for who is not close to the case; else its state, what is asked, and the release.
// `required`: votes that the rule set asks for.
void FillCase(const Case& held, bool all, int required, v1::Case* out);

// Votes as `person` may see them, and comments.
void FillVotes(const Case& held, const std::string& person, v1::CaseDetail* out);
void FillNotes(const Case& held, v1::CaseDetail* out);
void FillPlan(const HeldPlan& plan, v1::CaseDetail* out);
void FillEarlier(const EarlierReleases& about, v1::CaseDetail* out);
void FillFigure(const Figure& figure, v1::Figure* out);
void FillPrecedent(const Precedent& precedent, const std::string& today, v1::Precedent* out);
void FillReport(const DeskReport& report, v1::Report* out);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_REVIEW_VIEW_H_
