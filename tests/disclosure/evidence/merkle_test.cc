#include "disclosure/evidence/merkle.h"

#include <cstdint>
#include <map>
#include <random>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "gtest/gtest.h"

namespace kluis {
namespace {

// A tree in memory, and beside it the definition of RFC 6962 section 2.1 written down as it stands.
class MemoryTree {
 public:
  void Add(const std::string& entry) {
    const auto write = [this](int level, uint64_t index, const std::string& hash) {
      nodes_[{level, index}] = hash;
      return absl::OkStatus();
    };
    ASSERT_TRUE(AppendLeaf(entries_.size(), LeafHash(entry), Reader(), write).ok());
    entries_.push_back(entry);
  }
  NodeReader Reader() {
    return [this](int level, uint64_t index) -> absl::StatusOr<std::string> {
      ++reads_;
      const auto found = nodes_.find({level, index});
      if (found == nodes_.end()) return absl::NotFoundError("node");
      return found->second;
    };
  }
  std::string Reference(size_t start, size_t end) const {
    if (start == end) return Sha256("");
    if (end - start == 1) return Sha256({absl::string_view("\0", 1), entries_[start]});
    size_t k = 1;
    while (k * 2 < end - start) k *= 2;
    return Sha256({"\x01", Reference(start, start + k), Reference(start + k, end)});
  }
  int reads() { return std::exchange(reads_, 0); }

 private:
  std::vector<std::string> entries_;
  std::map<std::pair<int, uint64_t>, std::string> nodes_;
  int reads_ = 0;
};

std::vector<std::string> FlipBit(std::vector<std::string> proof, size_t hash, int bit) {
  proof[hash][bit / 8] ^= 1 << (bit % 8);
  return proof;
}

// The eight entries and the roots of the reference implementation of Certificate Transparency.
TEST(MerkleTest, TheRootsOfTheKnownTreeOfEightEntries) {
  const char* entries[] = {"",
                           "00",
                           "10",
                           "2021",
                           "3031",
                           "40414243",
                           "5051525354555657",
                           "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  TreeHasher hasher;
  MemoryTree tree;
  EXPECT_EQ(ToHex(hasher.Root()), roots[0]);
  EXPECT_EQ(ToHex(EmptyRoot()), roots[0]);
  for (int i = 0; i < 8; ++i) {
    const std::string entry = absl::HexStringToBytes(entries[i]);
    ASSERT_TRUE(hasher.Add(entry).ok());
    tree.Add(entry);
    EXPECT_EQ(ToHex(hasher.Root()), roots[i + 1]) << i + 1;
    EXPECT_EQ(ToHex(*RootHash(i + 1, tree.Reader())), roots[i + 1]) << i + 1;
  }
}

class ProofTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < kSize; ++i) tree_.Add(absl::StrCat("entry ", i));
  }
  static constexpr int kSize = 100;
  MemoryTree tree_;
};

TEST_F(ProofTest, EveryRootIsThatOfTheDefinition) {
  for (int n = 0; n <= kSize; ++n) {
    EXPECT_EQ(*RootHash(n, tree_.Reader()), tree_.Reference(0, n)) << n;
  }
}

TEST_F(ProofTest, EveryInclusionProofVerifiesAndFailsWithOneBitFlipped) {
  for (uint64_t n = 1; n <= kSize; ++n) {
    const std::string root = *RootHash(n, tree_.Reader());
    for (uint64_t i = 0; i < n; ++i) {
      const std::string leaf = LeafHash(absl::StrCat("entry ", i));
      auto proof = *InclusionProof(i, n, tree_.Reader());
      ASSERT_TRUE(VerifyInclusion(i, n, leaf, proof, root).ok()) << i << " of " << n;
      EXPECT_FALSE(VerifyInclusion(i, n, LeafHash("other"), proof, root).ok());
      EXPECT_FALSE(VerifyInclusion(i + n, n, leaf, proof, root).ok());
      EXPECT_FALSE(n > 1 && VerifyInclusion((i + 1) % n, n, leaf, proof, root).ok());
      for (size_t h = 0; h < proof.size(); ++h) {
        const int bit = static_cast<int>((i * 31 + n * 7 + h) % 256);
        ASSERT_FALSE(VerifyInclusion(i, n, leaf, FlipBit(proof, h, bit), root).ok());
      }
      proof.push_back(root);
      EXPECT_FALSE(VerifyInclusion(i, n, leaf, proof, root).ok()) << "one hash too many";
      proof.resize(proof.size() - 2 + (proof.size() == 1));
      EXPECT_FALSE(n > 1 && VerifyInclusion(i, n, leaf, proof, root).ok()) << "one too few";
    }
  }
}

TEST_F(ProofTest, EveryConsistencyProofVerifiesAndFailsWithOneBitFlipped) {
  for (uint64_t n = 0; n <= kSize; ++n) {
    const std::string root = *RootHash(n, tree_.Reader());
    for (uint64_t m = 0; m <= n; ++m) {
      const std::string old_root = *RootHash(m, tree_.Reader());
      auto proof = *ConsistencyProof(m, n, tree_.Reader());
      ASSERT_TRUE(VerifyConsistency(m, old_root, n, root, proof).ok()) << m << " in " << n;
      EXPECT_FALSE(VerifyConsistency(m, Sha256("x"), n, root, proof).ok());
      EXPECT_FALSE(m > 0 && VerifyConsistency(m, old_root, n, Sha256("x"), proof).ok());
      for (size_t h = 0; h < proof.size(); ++h) {
        const int bit = static_cast<int>((m * 31 + n * 7 + h) % 256);
        ASSERT_FALSE(VerifyConsistency(m, old_root, n, root, FlipBit(proof, h, bit)).ok());
      }
      proof.push_back(root);
      EXPECT_FALSE(VerifyConsistency(m, old_root, n, root, proof).ok()) << "one hash too many";
    }
  }
  EXPECT_FALSE(ConsistencyProof(2, 1, tree_.Reader()).ok());
  EXPECT_FALSE(InclusionProof(1, 1, tree_.Reader()).ok());
}

TEST_F(ProofTest, EveryBitOfEveryHashCounts) {
  const std::string leaf = LeafHash("entry 42"), root = *RootHash(kSize, tree_.Reader());
  const std::string old_root = *RootHash(77, tree_.Reader());
  const auto inclusion = *InclusionProof(42, kSize, tree_.Reader());
  const auto consistency = *ConsistencyProof(77, kSize, tree_.Reader());
  for (int bit = 0; bit < 256; ++bit) {
    for (size_t h = 0; h < inclusion.size(); ++h) {
      EXPECT_FALSE(VerifyInclusion(42, kSize, leaf, FlipBit(inclusion, h, bit), root).ok());
    }
    for (size_t h = 0; h < consistency.size(); ++h) {
      EXPECT_FALSE(VerifyConsistency(77, old_root, kSize, root, FlipBit(consistency, h, bit)).ok());
    }
  }
}

TEST_F(ProofTest, AProofReadsNoMoreThanTwiceTheHeightOfTheTree) {
  tree_.reads();
  for (uint64_t n = 1; n <= kSize; ++n) {
    for (uint64_t i = 0; i < n; ++i) {
      ASSERT_TRUE(InclusionProof(i, n, tree_.Reader()).ok());
      EXPECT_LE(tree_.reads(), 14);
      ASSERT_TRUE(ConsistencyProof(i, n, tree_.Reader()).ok());
      EXPECT_LE(tree_.reads(), 14);
    }
  }
}

TEST(MerkleTest, RandomTextIsNoProof) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10000; ++i) {
    std::vector<std::string> proof(random() % 66);
    for (std::string& hash : proof) hash = Sha256(absl::StrCat(random()));
    const uint64_t n = random() >> (random() % 64), m = random() >> (random() % 64);
    EXPECT_FALSE(VerifyInclusion(m, n, Sha256("a"), proof, Sha256("b")).ok());
    EXPECT_FALSE(VerifyConsistency(m, Sha256("a"), n, Sha256("b"), proof).ok());
  }
}

}  // namespace
}  // namespace kluis
