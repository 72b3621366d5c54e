// What reviewers are shown of a held request.
#ifndef KLUIS_SERVER_RELEASE_PREVIEW_H_
#define KLUIS_SERVER_RELEASE_PREVIEW_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kluis {

// The request, without a figure.
struct HeldPlan {
  std::string refusal;    // what the policy in force says against it; else empty
  std::string words;      // population, rows, statistics and coarser ways, in plain words
  std::string canonical;  // the plan
  std::string shape;      // HoldSubject::shape
  int64_t cells = 0;
  std::vector<std::string> members;                // ids: of the project
  int64_t queries_today = 0, queries_per_day = 0;  // of the project
};

// One value, before and after. RAW.
struct Figure {
  std::vector<std::string> codes;  // of the row, one per dimension
  std::string statistic;           // name of the column
  std::string before;              // empty: of nothing
  std::string after;               // "." is suppressed
  int64_t contributors = 0;
  std::string decision, rule;  // "primary", "secondary"; empty: shown
  double required_low = 0, required_high = 0, interval_low = 0, interval_high = 0;
  // Shares of the two largest contributors in the total of a measure, in [0, 1]; -1: does not
  // apply.
  double largest = -1, second = -1;
};

struct Preview {
  HeldPlan plan;
  std::string answer;  // canonical, without the id of a release; of a refusal, too
  std::string digest;  // of what the answer says: an approval is of it
  std::vector<std::string> dimensions;
  // Units that the request selects, and contributors of these units (0: the table has no total).
  int64_t population = 0, contributors = 0;
  std::vector<Figure> figures;  // of a table; a model has none that is not in its answer
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_PREVIEW_H_
