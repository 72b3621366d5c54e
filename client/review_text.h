// Cases of the desk as text for a terminal.
#ifndef KLUIS_CLIENT_REVIEW_TEXT_H_
#define KLUIS_CLIENT_REVIEW_TEXT_H_

#include <string>
#include <vector>

#include "kluis/v1/review.pb.h"

namespace kluis {

// "cases/k3v7" -> "k3v7".
std::string IdOf(const std::string& name);

// The texts in their order, each once: two reviewers may ask the same.
std::vector<std::string> EachOnce(const google::protobuf::RepeatedPtrField<std::string>& texts);

// What follows from a recall, or the end of a precedent, for releases that stand: one line, or
// nothing. Before it `name` of the case, where it is not clear from what stands above.
std::string DependantsLine(const v1::Case& held, const std::string& name = "");

std::string CasesText(const v1::ListCasesResponse& cases);
// One line: what became of an action.
std::string CaseLine(const v1::Case& held);
std::string DetailText(const v1::CaseDetail& detail, const std::vector<v1::Figure>& figures);
std::string PrecedentsText(const v1::ListPrecedentsResponse& precedents);
std::string ReportText(const v1::Report& report);
std::string ChangeLine(const v1::CaseChange& change);

}  // namespace kluis

#endif  // KLUIS_CLIENT_REVIEW_TEXT_H_
