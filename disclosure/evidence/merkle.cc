#include "disclosure/evidence/merkle.h"

#include <utility>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

// RFC 6962: "k is the largest power of two smaller than n". REQUIRES: n >= 2.
uint64_t LeftSize(uint64_t n) { return absl::bit_floor(n - 1); }

// MTH(D[start:end]). REQUIRES: start < end, and the range is one that the RFC's recursion visits.
absl::StatusOr<std::string> RangeHash(uint64_t start, uint64_t end, const NodeReader& read) {
  const uint64_t n = end - start;
  if (absl::has_single_bit(n)) {
    const int level = absl::countr_zero(n);
    return read(level, start >> level);
  }
  const uint64_t middle = start + LeftSize(n);
  KLUIS_ASSIGN_OR_RETURN(const std::string left, RangeHash(start, middle, read));
  KLUIS_ASSIGN_OR_RETURN(const std::string right, RangeHash(middle, end, read));
  return NodeHash(left, right);
}

absl::Status AddRange(uint64_t start, uint64_t end, const NodeReader& read,
                      std::vector<std::string>* proof) {
  KLUIS_ASSIGN_OR_RETURN(std::string hash, RangeHash(start, end, read));
  proof->push_back(std::move(hash));
  return absl::OkStatus();
}

// PATH(m, D[start:end]).
absl::Status AddPath(uint64_t m, uint64_t start, uint64_t end, const NodeReader& read,
                     std::vector<std::string>* proof) {
  if (end - start == 1) return absl::OkStatus();
  const uint64_t k = LeftSize(end - start);
  if (m < k) {
    KLUIS_RETURN_IF_ERROR(AddPath(m, start, start + k, read, proof));
    return AddRange(start + k, end, read, proof);
  }
  KLUIS_RETURN_IF_ERROR(AddPath(m - k, start + k, end, read, proof));
  return AddRange(start, start + k, read, proof);
}

// SUBPROOF(m, D[start:end], whole).
absl::Status AddSubproof(uint64_t m, uint64_t start, uint64_t end, bool whole,
                         const NodeReader& read, std::vector<std::string>* proof) {
  if (m == end - start) {
    return whole ? absl::OkStatus() : AddRange(start, end, read, proof);
  }
  const uint64_t k = LeftSize(end - start);
  if (m <= k) {
    KLUIS_RETURN_IF_ERROR(AddSubproof(m, start, start + k, whole, read, proof));
    return AddRange(start + k, end, read, proof);
  }
  KLUIS_RETURN_IF_ERROR(AddSubproof(m - k, start + k, end, false, read, proof));
  return AddRange(start, start + k, read, proof);
}

bool Odd(uint64_t n) { return (n & 1) == 1; }

absl::Status ProofFails(const char* kind) {
  return absl::PermissionDeniedError(absl::StrCat("the ", kind, " proof does not hold"));
}

}  // namespace

std::string EmptyRoot() { return Sha256(""); }

std::string LeafHash(absl::string_view entry) {
  return Sha256({absl::string_view("\0", 1), entry});
}

std::string NodeHash(absl::string_view left, absl::string_view right) {
  return Sha256({"\x01", left, right});
}

absl::Status AppendLeaf(uint64_t index, const std::string& leaf_hash, const NodeReader& read,
                        const NodeWriter& write) {
  std::string hash = leaf_hash;
  KLUIS_RETURN_IF_ERROR(write(0, index, hash));
  for (int level = 0; Odd(index >> level); ++level) {
    const uint64_t right = index >> level;
    KLUIS_ASSIGN_OR_RETURN(const std::string left, read(level, right - 1));
    hash = NodeHash(left, hash);
    KLUIS_RETURN_IF_ERROR(write(level + 1, right >> 1, hash));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RootHash(uint64_t size, const NodeReader& read) {
  if (size == 0) return EmptyRoot();
  return RangeHash(0, size, read);
}

absl::StatusOr<std::vector<std::string>> InclusionProof(uint64_t index, uint64_t size,
                                                        const NodeReader& read) {
  if (index >= size) {
    return absl::InvalidArgumentError(absl::StrCat("no entry ", index, " in a log of ", size));
  }
  std::vector<std::string> proof;
  KLUIS_RETURN_IF_ERROR(AddPath(index, 0, size, read, &proof));
  return proof;
}

absl::StatusOr<std::vector<std::string>> ConsistencyProof(uint64_t first, uint64_t second,
                                                          const NodeReader& read) {
  if (first > second) {
    return absl::InvalidArgumentError(
        absl::StrCat("a log of ", first, " entries is no prefix of one of ", second));
  }
  std::vector<std::string> proof;
  if (first == 0) return proof;
  KLUIS_RETURN_IF_ERROR(AddSubproof(first, 0, second, true, read, &proof));
  return proof;
}

absl::StatusOr<std::string> RootFromInclusion(uint64_t index, uint64_t size,
                                              absl::string_view leaf_hash,
                                              const std::vector<std::string>& proof) {
  if (index >= size) return ProofFails("inclusion");
  uint64_t fn = index, sn = size - 1;
  std::string hash(leaf_hash);
  for (const std::string& p : proof) {
    if (sn == 0 || p.size() != kHashSize) return ProofFails("inclusion");
    if (Odd(fn) || fn == sn) {
      hash = NodeHash(p, hash);
      while (!Odd(fn) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      hash = NodeHash(hash, p);
    }
    fn >>= 1, sn >>= 1;
  }
  if (sn != 0) return ProofFails("inclusion");
  return hash;
}

absl::Status VerifyInclusion(uint64_t index, uint64_t size, absl::string_view leaf_hash,
                             const std::vector<std::string>& proof, absl::string_view root) {
  KLUIS_ASSIGN_OR_RETURN(const std::string reached,
                         RootFromInclusion(index, size, leaf_hash, proof));
  return reached == root ? absl::OkStatus() : ProofFails("inclusion");
}

absl::Status VerifyConsistency(uint64_t first, absl::string_view first_root, uint64_t second,
                               absl::string_view second_root,
                               const std::vector<std::string>& proof) {
  const absl::Status fails = ProofFails("consistency");
  if (first > second || (first == 0 && first_root != EmptyRoot())) return fails;
  if (first == second) return proof.empty() && first_root == second_root ? absl::OkStatus() : fails;
  if (first == 0) return proof.empty() ? absl::OkStatus() : fails;
  if (proof.empty()) return fails;

  uint64_t fn = first - 1, sn = second - 1;
  while (Odd(fn)) fn >>= 1, sn >>= 1;
  // A complete first tree is its own first node, and so is left out of the proof.
  size_t next = absl::has_single_bit(first) ? 0 : 1;
  std::string old_hash = next == 0 ? std::string(first_root) : proof[0];
  std::string new_hash = old_hash;
  for (; next < proof.size(); ++next) {
    const std::string& p = proof[next];
    if (sn == 0 || p.size() != kHashSize) return fails;
    if (Odd(fn) || fn == sn) {
      old_hash = NodeHash(p, old_hash);
      new_hash = NodeHash(p, new_hash);
      while (!Odd(fn) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      new_hash = NodeHash(new_hash, p);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && old_hash == first_root && new_hash == second_root ? absl::OkStatus() : fails;
}

absl::Status TreeHasher::Add(absl::string_view entry) {
  std::string hash = LeafHash(entry);
  if (on_node_) KLUIS_RETURN_IF_ERROR(on_node_(0, size_, hash));
  for (int level = 0; Odd(size_ >> level); ++level) {
    hash = NodeHash(stack_.back(), hash);
    stack_.pop_back();
    if (on_node_) KLUIS_RETURN_IF_ERROR(on_node_(level + 1, size_ >> (level + 1), hash));
  }
  stack_.push_back(std::move(hash));
  ++size_;
  return absl::OkStatus();
}

std::string TreeHasher::Root() const {
  if (stack_.empty()) return EmptyRoot();
  std::string hash = stack_.back();
  for (size_t i = stack_.size() - 1; i-- > 0;) hash = NodeHash(stack_[i], hash);
  return hash;
}

}  // namespace kluis
