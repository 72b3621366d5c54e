// An indicator of the city (policies/indicators/*.yaml): a named, reviewed query. The parsed form.
//   indicator: minimum-income
//   title: {nl: Huishoudens met een minimuminkomen, en: Households with a minimum income}
//   definition: {nl: ..., en: ...}
//   numerator: {nl: ..., en: ...}
//   denominator: {nl: ..., en: ...}
//   sql: SELECT buurt, SHARE(minimum = 'ja') AS aandeel FROM huishouden GROUP BY ROLLUP (buurt)
//   unit: "%"
//   source: CBS, Integraal Inkomens- en Vermogensonderzoek
//   areas: [gemeente, wijk, buurt]
//   cadence: year
//   direction: lower     # which is better
#ifndef KLUIS_DISCLOSURE_POLICY_INDICATOR_H_
#define KLUIS_DISCLOSURE_POLICY_INDICATOR_H_

#include <string>
#include <vector>

namespace kluis {

struct Indicator {
  std::string name;
  std::string title_nl, title_en;
  std::string definition_nl, definition_en;
  std::string numerator_nl, numerator_en;
  std::string denominator_nl, denominator_en;  // empty: it is no ratio
  std::string sql;
  std::string unit;
  std::string source;
  std::vector<std::string> areas;  // names of levels, from coarse to fine
  std::string cadence;             // month, quarter or year
  std::string direction;           // higher, lower or neither: which is better
  std::string sha256;              // of the file's bytes, lower-case hex
  bool operator==(const Indicator&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_INDICATOR_H_
