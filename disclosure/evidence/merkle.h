// The Merkle tree of RFC 6962 section 2.1 with SHA-256: roots, proofs and their verification.
//   leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), no entries: SHA-256("")
// All hashes are strings of 32 bytes.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_MERKLE_H_
#define KLUIS_DISCLOSURE_EVIDENCE_MERKLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

std::string EmptyRoot();
std::string LeafHash(absl::string_view entry);
std::string NodeHash(absl::string_view left, absl::string_view right);

// The hash of the complete subtree over the entries [index << level, (index + 1) << level).
using NodeReader = std::function<absl::StatusOr<std::string>(int level, uint64_t index)>;
using NodeWriter = std::function<absl::Status(int level, uint64_t index, const std::string& hash)>;

// Writes the leaf at `index` and every complete subtree that it closes, and reads their left
// halves: amortised two writes, at most log2(index) + 1.
absl::Status AppendLeaf(uint64_t index, const std::string& leaf_hash, const NodeReader& read,
                        const NodeWriter& write);

// Each reads O(log size) complete subtrees. An error of `read` is returned as it is.
absl::StatusOr<std::string> RootHash(uint64_t size, const NodeReader& read);
// INVALID_ARGUMENT unless index < size.
absl::StatusOr<std::vector<std::string>> InclusionProof(uint64_t index, uint64_t size,
                                                        const NodeReader& read);
// INVALID_ARGUMENT unless first <= second. Empty when first is 0 or equal to second.
absl::StatusOr<std::vector<std::string>> ConsistencyProof(uint64_t first, uint64_t second,
                                                          const NodeReader& read);

// The root that an audit path leads to, as in RFC 9162 section 2.1.3.2. PERMISSION_DENIED when no
// tree of `size` has a path of this form at `index`.
absl::StatusOr<std::string> RootFromInclusion(uint64_t index, uint64_t size,
                                              absl::string_view leaf_hash,
                                              const std::vector<std::string>& proof);
// PERMISSION_DENIED when the proof does not lead to `root`.
absl::Status VerifyInclusion(uint64_t index, uint64_t size, absl::string_view leaf_hash,
                             const std::vector<std::string>& proof, absl::string_view root);
// RFC 9162 section 2.1.4.2; a tree of size 0 is a prefix of each, its root SHA-256("").
// PERMISSION_DENIED when the tree of size `first` is not shown to be a prefix of `second`.
absl::Status VerifyConsistency(uint64_t first, absl::string_view first_root, uint64_t second,
                               absl::string_view second_root,
                               const std::vector<std::string>& proof);

// The root of entries that pass by once, in O(log size) memory.
class TreeHasher {
 public:
  // `on_node`, when given, sees each complete subtree as it closes; its error ends Add().
  explicit TreeHasher(NodeWriter on_node = nullptr) : on_node_(std::move(on_node)) {}
  absl::Status Add(absl::string_view entry);
  uint64_t size() const { return size_; }
  std::string Root() const;

 private:
  NodeWriter on_node_;
  uint64_t size_ = 0;
  std::vector<std::string> stack_;  // complete subtrees, one per 1 bit of size_, largest first
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_MERKLE_H_
