// The safety survey: a weighted sample of the population of 15 years and over.
#ifndef KLUIS_SERVER_DEMO_SURVEY_H_
#define KLUIS_SERVER_DEMO_SURVEY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/demo/population.h"

namespace kluis::demo {

struct Respondent {
  int person = 0;
  int64_t weight = 0;  // ten-thousandths
  int unsafe = 9;      // 1 often, 2 sometimes, 3 seldom, 4 never, 9 unknown
  int mark = 0;        // 1 to 10; 0: none given
  bool victim = false;
};

// 1,200 respondents in Heerlen and 1,800 elsewhere, of private households. Weights make the sums by
// municipality, age group and sex those of the population of 15 and over in private households, to
// one ten-thousandth a respondent, and stay below 150. Reference year 2021.
std::vector<Respondent> MakeSurvey(const Geography& geography, const Population& population,
                                   uint64_t seed, int shrink);

absl::Status WriteSurvey(const std::vector<Respondent>& respondents, const std::string& path);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_SURVEY_H_
