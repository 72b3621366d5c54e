// Random tables that Protect() has released, and a report of what attackers found in them.
// Environment: KLUIS_INSTANCES how many tables, KLUIS_FIRST_SEED the first seed, KLUIS_SHOW_TABLES
// shows the tables of breaches.
#ifndef KLUIS_TESTS_ATTACKS_RELEASES_H_
#define KLUIS_TESTS_ATTACKS_RELEASES_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "disclosure/protect/protect.h"
#include "tests/attacks/audit.h"
#include "tests/environment.h"

namespace kluis {

inline bool Asked(const char* name) { return std::getenv(name) != nullptr; }

// Calls `visit` with instances, their release and what it publishes.
template <typename Visit>
void VisitRelease(uint64_t seed, const InstanceOptions& options, const Visit& visit) {
  const Instance instance = MakeInstance(seed, options);
  const auto release = Protect(instance.table, instance.rules, {});
  if (!release.ok()) {
    ADD_FAILURE() << "seed " << seed << ": " << release.status();
    return;
  }
  visit(instance, PublishedIn(instance.table, *release));
}

template <typename Visit>
void ForEachRelease(uint64_t instances, const InstanceOptions& options, const Visit& visit) {
  const uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1);
  const uint64_t count = FromEnvironment("KLUIS_INSTANCES", Instances(instances));
  for (uint64_t seed = first; seed < first + count; ++seed) VisitRelease(seed, options, visit);
}

inline AttackResult Audit(const Instance& instance, const std::vector<Attack>& attacks,
                          Reasoning reasoning, bool first_only = false) {
  return Audit(instance.table.axes, instance.table.keys, attacks, reasoning, first_only);
}

// Sums of results; every breach is shown with its seed.
class Report {
 public:
  void Add(const Instance& instance, const AttackResult& result) {
    ++instances_;
    demands_ += result.demands;
    relaxed_ += result.relaxed;
    undecided_ += result.undecided;
    impossible_ += result.impossible;
    if (result.impossible > 0) std::cout << "impossible: seed " << instance.seed << "\n";
    for (const Breach& breach : result.breaches) {
      std::cout << "breach: seed " << instance.seed << ": " << Describe(breach) << "\n";
      const bool exact = breach.found_high - breach.found_low < 1e-6;
      ++breaches_[breach.variable + ", " + breach.rule + (exact ? ", exactly" : "")];
    }
    failed_ += result.breaches.empty() ? 0 : 1;
    if (!result.breaches.empty() && Asked("KLUIS_SHOW_TABLES")) {
      std::cout << Describe(instance) << "\n";
    }
  }

  void Print() const {
    std::cout << instances_ << " instances, " << demands_ << " demands, " << relaxed_
              << " relaxed, " << undecided_ << " undecided, " << impossible_
              << " impossible, instances with a breach: " << failed_ << "\n";
    for (const auto& [kind, count] : breaches_) std::cout << "  " << kind << ": " << count << "\n";
  }

  int64_t instances() const { return instances_; }
  int64_t failed() const { return failed_; }
  int64_t demands() const { return demands_; }
  int64_t undecided() const { return undecided_; }
  int64_t impossible() const { return impossible_; }

 private:
  int64_t instances_ = 0, demands_ = 0, relaxed_ = 0, undecided_ = 0, impossible_ = 0, failed_ = 0;
  std::map<std::string, int64_t> breaches_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_RELEASES_H_
