// Parameters of the primary rules, as a rule set states them. What each rule does with them is in
// disclosure/rules, one file each; docs/rules.md lists the keys.
#ifndef KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_H_
#define KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kluis {

// (n,k) dominance: sensitive when the n largest hold more than `share_ppm` millionths of the total.
struct DominanceParameters {
  int n = 1;
  int64_t share_ppm = 500'000;
  bool operator==(const DominanceParameters&) const = default;
};

// p%: sensitive when total - x1 - ... - x(coalition+1) < p/100 x1.
struct PPercentParameters {
  int64_t p_ppm = 100'000;  // 10 per cent = 100,000
  int coalition = 1;
  bool operator==(const PPercentParameters&) const = default;
};

// (p,q): sensitive when q/100 (total - x1 - ... - x(coalition+1)) < p/100 x1, 0 < p < q <= 100.
struct PriorPosteriorParameters {
  int64_t p_ppm = 100'000;
  int64_t q_ppm = 1'000'000;
  int coalition = 1;
  bool operator==(const PriorPosteriorParameters&) const = default;
};

struct FrequencyParameters {
  int minimum = 10;
  bool protect_zeros = true;  // zeros: protect | publish
  bool threshold = true;      // protect: threshold | exact (safety.md 1)
  int range_percent = 15;     // protection level of magnitudes with a frequency rule only
  int coalition = 1;
  int records = 0;   // least number of records; 0: not asked
  int weighted = 0;  // least sum of weights; 0: not asked
  bool operator==(const FrequencyParameters&) const = default;
};

// Who asked for protection gets it, others do not: foreign trade.
struct RequestCode {
  std::string code;  // of the request variable
  int64_t share_ppm = 700'000;
  bool operator==(const RequestCode&) const = default;
};

struct RequestParameters {
  std::string variable;  // which holds the codes
  std::vector<RequestCode> codes;
  int minimum = 0;  // contributors where the largest has asked; 0: not asked
  int range_percent = 15;
  bool operator==(const RequestParameters&) const = default;
};

// Who agreed to publication: contributors whose `variable` is `code`.
struct WaiverParameters {
  std::string variable;
  std::string code;
  bool operator==(const WaiverParameters&) const = default;
};

// A sum of zero with contributors.
struct ZeroParameters {
  int range = 1;  // upper protection level, in units of the measure
  bool operator==(const ZeroParameters&) const = default;
};

// What becomes of dominance, p% and (p,q) where contributions may be negative.
enum class NegativePolicy {
  kAbsolute,   // sizes are compared
  kDivide,     // sizes, with p / f and (100 - k) / f
  kFrequency,  // the concentration rules are not asked, the minimum frequency is
};

struct NegativeParameters {
  NegativePolicy policy = NegativePolicy::kAbsolute;
  int divisor_percent = 100;  // f >= 1, as a percentage
  bool operator==(const NegativeParameters&) const = default;
};

// Which values a concentration rule compares with a weighted total.
enum class WeightsMethod {
  kSample,  // the largest sample values
  kSpread,  // the largest of the units that they stand for
  kPublic,  // the largest sample values times their weights, which everyone knows
};

struct GroupDisclosureParameters {
  int64_t share_ppm = 900'000;
  bool every_line = false;    // of: lines (rows and columns), else of: sensitive
  bool protect_none = false;  // none: protect: a share of 0 per cent is sensitive too
  bool operator==(const GroupDisclosureParameters&) const = default;
};

// Variance and standard deviation of a variable with at most `levels` integer values.
struct ImpliedTablesParameters {
  int minimum = 4;  // frequency tables that must agree with what is shown
  int levels = 11;
  bool operator==(const ImpliedTablesParameters&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_H_
