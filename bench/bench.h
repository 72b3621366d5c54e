// A comparison of ours with a reference that does the same work: medians of alternating runs.
#ifndef KLUIS_BENCH_BENCH_H_
#define KLUIS_BENCH_BENCH_H_

#include <functional>
#include <string>
#include <vector>

namespace kluis {

struct Comparison {
  std::string name;  // "area/name"
  double ours = 0, reference = 0;
  std::string unit;     // of both: "s"
  std::string against;  // what the reference is
};

// Whether the arguments name `comparison` ("area/name") or its area, or nothing at all.
bool Wanted(const std::string& comparison);

// Seven alternating runs after one of each to warm up. Gives the median wall seconds of each.
Comparison Compare(const std::string& name, const std::string& against,
                   const std::function<void()>& ours, const std::function<void()>& reference);

// The engine on 2 million persons and 218,000 businesses in `folder`: plans against SQL written by
// hand for plain DuckDB with the same files, threads and process. Stops the process when the two
// give different numbers.
std::vector<Comparison> EngineBench(const std::string& folder);

// The import of 2 million persons from CSV, in `folder`, against DuckDB's load of the same file into
// a table: same threads, no codes, pseudonyms, hashes or checks.
std::vector<Comparison> ImportBench(const std::string& folder);

// The release log in `folder`: durable entries against raw appends and plain SQLite commits,
// verification of a million entries, proofs out of ten million (KLUIS_LOG_ENTRIES: of as many),
// receipts.
std::vector<Comparison> LogBench(const std::string& folder);

// `kluis policy check` of 500 files, without the disk, against yaml-cpp on the same texts.
std::vector<Comparison> PolicyBench();

// Whole releases, parse to receipt, on registers of the size of the country (registers.h), against
// plain SQL that computes the published statistic alone.
std::vector<Comparison> ReleaseBench(const std::string& folder);

// Whole tables through Protect(): prints for each variable primary + secondary cells and the value
// of the secondary ones, and the processor's seconds. Comparisons are with figures published of
// other tools on micro_tau_testW of `test_data`; none when the file is not there.
std::vector<Comparison> SuppressionBench(const std::string& test_data);

// Prints how seconds and cost of suppression grow over tables of 1,000 to 1,000,000 cells.
// Writes a plot to `svg_file`, unless that is empty.
void ScaleBench(const std::string& svg_file);

}  // namespace kluis

#endif  // KLUIS_BENCH_BENCH_H_
