// Which side of which requirement is proven by which witness: the state of a pattern search.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_

#include <vector>

#include "disclosure/suppression/pattern.h"
#include "disclosure/suppression/witness.h"

namespace kluis {

// One side of one requirement.
struct Target {
  int scenario = 0;
  int requirement = 0;
  int cell = -1;
  int sign = 1;       // +1: above the true value; -1: below
  double amount = 0;  // distance to reach, > 0
  bool relaxable = false;
  int witness = -1;   // index in Proofs, -1 while open
};

struct Witness {
  int scenario = 0;
  Deviation deviation;
  std::vector<int> targets;  // that it may prove; checked against Target::witness
};

class Proofs {
 public:
  // `system` and `index` must outlive the object.
  Proofs(const System& system, const RowIndex& index);

  std::vector<Target>& targets() { return targets_; }
  const std::vector<Target>& targets() const { return targets_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }

  // Records the deviation and its mirror image in every scenario in which they are witnesses, for
  // every target that has no proof and that they reach.
  void Add(int scenario, const Deviation& deviation);

  // Whether `deviation` reaches what `target` asks for.
  bool Reaches(const Target& target, const Deviation& deviation) const;

  // Targets of which the proof deviates in `cell`, ascending.
  std::vector<int> TargetsThatUse(int cell) const;

  // Per scenario and requirement, over all witnesses that serve as proofs.
  std::vector<std::vector<ProvenInterval>> Intervals() const;

 private:
  void AddOne(int scenario, const Deviation& deviation);

  const System& system_;
  const RowIndex& index_;
  std::vector<Target> targets_;
  std::vector<Witness> witnesses_;
  std::vector<std::vector<std::vector<int>>> targets_of_;  // scenario, cell -> targets
  std::vector<std::vector<int>> witnesses_of_;             // cell -> witnesses that deviate in it
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_
