// The documented examples of a rule set and of a dataset.
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_DOCUMENTED_EXAMPLES_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_DOCUMENTED_EXAMPLES_H_

namespace kluis {

inline constexpr char kRuleSet[] = R"(rules: standard
contributor: holding_id            # optional: the level to judge on
frequency:   {minimum: 10, zeros: protect, protect: threshold, range: 15, coalition: 1}
dominance:   [{n: 1, share: 0.50}, {n: 2, share: 0.85}]   # share is a fraction
p_percent:   {p: 10, coalition: 1}                        # p is per cent
group_disclosure: {share: 0.90}
percentile:  {each_side: 10}
secondary:   {protect: interval, cost: value, deadline: 10s}
noise:       {method: none}
history:     {scope: everyone, on_hit: suppress}
review:      {reviewers: 2, hold: [{statistic: regression}, {cells_over: 10000}]}
limits:      {queries_per_day: 500, cells_per_query: 1000000}
)";

inline constexpr char kDataset[] = R"(dataset: bedrijf
title: {nl: Bedrijven, en: Businesses}
period: "2016"
lineage: bedrijf                   # snapshots of one register over time
unit: bedrijf                      # what one row is
source: {file: bedrijf.csv, empty: ""}  # CSV, CSV.gz or Parquet
bad_rows: refuse
contributor: [bedrijf_id, holding_id]
weight: null
variables:
  bedrijf_id: {role: identifier}
  holding_id: {role: identifier}
  rinpersoonshkw: {role: identifier}
  rinpersoonhkw: {role: identifier}
  gemeente:   {role: dimension, kind: identifying, codes: codes/gemeente.csv, levels: [provincie, gemeente]}
  provincie:  {role: dimension, of: gemeente, level: provincie}
  sbi:        {role: dimension, codes: codes/sbi2008.csv, levels: [sectie, afdeling, groep]}
  grootte:    {role: dimension, values: [klein, middel, groot], missing: [""]}
  leeftijd:   {role: dimension, range: [0, 120], bands: {from: 0, to: 100, widths: [5, 10, 20]}}
  omzet:      {role: measure, unit: "1 000 EUR", decimals: 2, sign: any, missing: [9999999999]}
links:
  huishouden: {key: [rinpersoonshkw, rinpersoonhkw], to: huishouden, one: true}
)";

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_DOCUMENTED_EXAMPLES_H_
