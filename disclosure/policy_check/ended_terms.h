// Terms that are over: nothing is wrong or weak with them, but nothing is allowed by them any more.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_ENDED_TERMS_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_ENDED_TERMS_H_

#include <string>

#include "disclosure/policy_check/policy_folder.h"

namespace kluis {

// Adds a warning for each project and officer whose last valid day is before `day`, YYYY-MM-DD, at
// that day in the file. Warnings stay in order of file and line.
void WarnOfEndedTerms(const std::string& day, PolicyFolder* folder);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_ENDED_TERMS_H_
