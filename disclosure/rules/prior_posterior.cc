#include "disclosure/rules/prior_posterior.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/exact.h"
#include "disclosure/rules/dominance.h"

namespace kluis {

ProtectionLevel JudgePriorPosterior(const Concentration& cell,
                                    const PriorPosteriorParameters& parameters,
                                    int divisor_percent) {
  const absl::int128 p = absl::int128{parameters.p_ppm} * 100;
  const absl::int128 q = absl::int128{parameters.q_ppm} * divisor_percent;
  const absl::int128 remainder = cell.total - cell.Largest(parameters.coalition + 1);
  const bool covered = remainder >= 0 && CompareProducts(remainder, q, p, cell.target) >= 0;
  if (covered) return {};
  return Symmetric(MultiplyDivideUp(cell.target, p, q) - remainder);
}

std::string PriorPosteriorName(const PriorPosteriorParameters& parameters) {
  return absl::StrCat("prior_posterior(", PerCent(parameters.p_ppm), ",", PerCent(parameters.q_ppm),
                      ")");
}

}  // namespace kluis
