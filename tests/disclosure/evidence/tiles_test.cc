#include "disclosure/evidence/tiles.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace kluis {
namespace {

using Files = std::map<std::string, std::string>;

Files Tiles(int entries) {
  Files files;
  TileWriter writer([&files](const std::string& path, const std::string& bytes) {
    EXPECT_TRUE(files.emplace(path, bytes).second) << path << " twice";
    return absl::OkStatus();
  });
  for (int i = 0; i < entries; ++i) EXPECT_TRUE(writer.Add(absl::StrCat("entry ", i)).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return files;
}

// The root by the recursion of RFC 6962 over hashes of complete subtrees.
std::string Root(const std::vector<std::string>& hashes, size_t from, size_t to) {
  if (to - from == 1) return hashes[from];
  size_t k = 1;
  while (2 * k < to - from) k *= 2;
  return NodeHash(Root(hashes, from, from + k), Root(hashes, from + k, to));
}

std::vector<std::string> Split(const std::string& tile) {
  std::vector<std::string> hashes;
  for (size_t i = 0; i < tile.size(); i += 32) hashes.push_back(tile.substr(i, 32));
  return hashes;
}

TEST(TilesTest, APathHasGroupsOfThreeDigits) {
  EXPECT_EQ(TilePath("0", 0), "tile/0/000");
  EXPECT_EQ(TilePath("0", 67, 17), "tile/0/067.p/17");
  EXPECT_EQ(TilePath("2", 1'234'067), "tile/2/x001/x234/067") << "the example of the specification";
  EXPECT_EQ(TilePath("entries", 1000), "tile/entries/x001/000");
}

TEST(TilesTest, TheFilesOfALogOfEachSize) {
  EXPECT_TRUE(Tiles(0).empty());
  EXPECT_EQ(Tiles(1).size(), 2u);
  EXPECT_EQ(Tiles(256).size(), 3u) << "a bundle, a full tile, and one hash above it";
  const Files files = Tiles(600);
  for (const char* path : {"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88",
                           "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"}) {
    EXPECT_EQ(files.count(path), 1u) << path;
  }
  EXPECT_EQ(files.size(), 7u);
  EXPECT_EQ(files.at("tile/0/000").size(), 8192u);
}

// SPEC tlog-tiles: "a tree of size 70,000 will be represented by 273 full level 0 tiles, one
// partial level 0 tile of width 112, one full level 1 tile, one partial level 1 tile of width 17,
// and one partial level 2 tile of width 1. Note that a tree of size 256 will be represented by a
// full level 0 tile and a partial level 1 tile of width 1."
TEST(TilesTest, TheTreeOfTheSpecificationHasItsTiles) {
  const Files files = Tiles(70'000), small = Tiles(256);
  for (const char* path : {"tile/0/000", "tile/0/272", "tile/0/273.p/112", "tile/1/000",
                           "tile/1/001.p/17", "tile/2/000.p/1"}) {
    EXPECT_EQ(files.count(path), 1u) << path;
  }
  EXPECT_EQ(files.size(), 274u + 274 + 2 + 1) << "bundles, and hashes of three levels";
  EXPECT_EQ(small.count("tile/0/000") + small.count("tile/1/000.p/1"), 2u);
}

TEST(TilesTest, TilesGiveTheRootThatTheEntriesGive) {
  const Files files = Tiles(600);
  TreeHasher tree;
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(tree.Add(absl::StrCat("entry ", i)).ok());
  std::vector<std::string> leaves;
  for (const char* path : {"tile/0/000", "tile/0/001", "tile/0/002.p/88"})
    for (std::string& hash : Split(files.at(path))) leaves.push_back(std::move(hash));
  EXPECT_EQ(Root(leaves, 0, leaves.size()), tree.Root());
  const auto above = Split(files.at("tile/1/000.p/2"));
  EXPECT_EQ(above[1], Root(leaves, 256, 512));
}

TEST(TilesTest, ABundleReadsBackAndACutOneDoesNot) {
  const std::string bundle = Tiles(3).at("tile/entries/000.p/3");
  const auto entries = ParseEntryBundle(bundle);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ(*entries, (std::vector<std::string>{"entry 0", "entry 1", "entry 2"}));
  for (size_t cut : {1, 2, 5})
    EXPECT_FALSE(ParseEntryBundle(bundle.substr(0, bundle.size() - cut)).ok());
  EXPECT_FALSE(ParseEntryBundle(bundle + "\x01").ok());
}

}  // namespace
}  // namespace kluis
