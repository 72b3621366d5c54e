// Which side of which requirement is proven by which witness: the state of a pattern search.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_

#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "disclosure/suppression/insiders.h"
#include "disclosure/suppression/pattern.h"
#include "disclosure/suppression/witness.h"

namespace kluis {

// One side of one requirement, towards an outsider or a coalition.
struct Target {
  int scenario = 0;
  int requirement = 0;
  int cell = -1;
  int sign = 1;       // +1: above the true value; -1: below
  double amount = 0;  // distance to reach, > 0
  bool relaxable = false;
  Coalition coalition = {};
  int witness = -1;     // index in Proofs, -1 while open
  int asked = -1;       // the witness of which it is known for whom it is none
  bool listed = false;  // among the open targets of its cell; so may be proven ones
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
  const Insiders& insiders() const { return insiders_; }

  // Records a proof of target `t`: the deviation, and its mirror image, in every scenario in which
  // they are witnesses, for every target that has no proof, that they reach and whose coalition
  // allows them.
  void Add(int t, const Deviation& deviation);

  // The targets of the coalitions against which the proof of target `t` is none, made when they are
  // new; some may have a proof of their own already. REQUIRES: `t` is proven.
  std::vector<int> Against(int t);

  // Whether `t` has a proof that Against() was asked about: it may have got one on the way.
  bool Settled(int t) const {
    return targets_[t].witness >= 0 && targets_[t].asked == targets_[t].witness;
  }

  // Takes the proof of `t` away.
  void Reopen(int t);

  // Takes back every witness after the first `witnesses`; their targets are open again.
  void Forget(size_t witnesses);

  // Targets of which the proof deviates in `cell`, ascending. REQUIRES: the cell is not open, for
  // only then could it be published again.
  std::vector<int> TargetsThatUse(int cell) const;

  // Per scenario and requirement, over all witnesses that serve as proofs.
  std::vector<std::vector<ProvenInterval>> Intervals() const;

  // As Pattern::reached.
  std::vector<ProvenInterval> Reached() const;

  // The witnesses that serve as proofs, and of what. Moves them out, since a large table has many:
  // to be called last.
  PatternProofs HandOver();

 private:
  std::vector<bool> Used() const;  // per witness: it serves as a proof
  void List(int t);
  void AddOne(int scenario, const Deviation& deviation, int asked);

  const System& system_;
  const RowIndex& index_;
  const Insiders insiders_;
  std::vector<Target> targets_;
  std::vector<Witness> witnesses_;
  std::vector<std::vector<std::vector<int>>> open_of_;  // scenario, cell -> targets
  std::vector<std::vector<int>> witnesses_of_;  // cell, unless open -> witnesses that deviate in it
  // scenario, requirement, sign, coalition -> target
  absl::flat_hash_map<std::tuple<int, int, int, Coalition>, int> of_coalition_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_PROOFS_H_
