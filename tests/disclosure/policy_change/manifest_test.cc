// The text that officers sign: layout never matters, values always do.
#include "disclosure/policy_change/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "disclosure/policy_change/change.h"
#include "tests/disclosure/policy_check/cases.h"

namespace kluis {
namespace {

constexpr char kTime[] = "2026-12-01T00:00:00Z";

Manifest Made(const PolicyFiles& files) {
  const auto manifest = MakeManifest(files, 7, kTime);
  EXPECT_TRUE(manifest.ok()) << manifest.status();
  return *manifest;
}

std::string Hash(const std::string& path, const std::string& text) {
  return Made({{path, text}}).files.at(path);
}

TEST(ManifestTest, CommentsLayoutQuotesAndKeyOrderDoNotMatter) {
  const std::string text = "rules: a\nfrequency: {minimum: 10, zeros: protect}\n";
  for (const char* same : {"# comment\nrules: a\nfrequency: {minimum: 10, zeros: protect}\n",
                           "frequency:\n  zeros: protect\n  minimum: 10\nrules: a\n",
                           "rules: 'a'\nfrequency: {zeros: \"protect\", minimum: 10}",
                           "rules: a\r\nfrequency: {minimum: 10, zeros: protect}\r\n"})
    EXPECT_EQ(Hash("rules/a.yaml", text), Hash("rules/a.yaml", same)) << same;
  for (const char* other : {"rules: b\nfrequency: {minimum: 10, zeros: protect}\n",
                            "rules: a\nfrequency: {minimum: 9, zeros: protect}\n",
                            "rules: a\nfrequency: {minimum: 10}\n",
                            "rules: a\nfrequency: [minimum, 10, zeros, protect]\n"})
    EXPECT_NE(Hash("rules/a.yaml", text), Hash("rules/a.yaml", other)) << other;
}

TEST(ManifestTest, WhatAReaderCouldSeeDifferentlyMatters) {
  EXPECT_NE(Hash("datasets/a.yaml", "weight: null\n"), Hash("datasets/a.yaml", "weight: 'null'\n"));
  EXPECT_NE(Hash("datasets/a.yaml", "x: [0.50]\n"), Hash("datasets/a.yaml", "x: [0.5]\n"));
  EXPECT_NE(Hash("datasets/a.yaml", "x: [a, b]\n"), Hash("datasets/a.yaml", "x: [b, a]\n"));
  // Variables stand in the order of the file; titles do not.
  EXPECT_NE(Hash("datasets/a.yaml", "variables: {a: {}, b: {}}\n"),
            Hash("datasets/a.yaml", "variables: {b: {}, a: {}}\n"));
  EXPECT_EQ(Hash("datasets/a.yaml", "title: {nl: a, en: b}\n"),
            Hash("datasets/a.yaml", "title: {en: b, nl: a}\n"));
}

TEST(ManifestTest, IsOneLineThatReadsBack) {
  const Manifest manifest = Made(GoodFiles());
  const std::string text = CanonicalManifest(manifest);
  EXPECT_THAT(text, testing::StartsWith("{\"files\":{\"codes/buurt.csv\":\""));
  EXPECT_THAT(text, testing::EndsWith("\"format\":\"kluis-policy-bundle/1\",\"not_before\":"
                                      "\"2026-12-01T00:00:00Z\",\"version\":7}"));
  const auto read = ParseManifest(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, manifest);
  EXPECT_TRUE(CheckManifest(manifest, GoodFiles()).ok());
}

// Another text for the same value has no place beside a signature.
TEST(ManifestTest, EveryOtherTextIsRefused) {
  const std::string text = CanonicalManifest(Made({{"rules/a.yaml", "rules: a\n"}}));
  for (const std::string& other : {text + "\n", " " + text, "[" + text + "]", std::string(),
                                   std::string("{}"), "{\"x\":1," + text.substr(1)})
    EXPECT_FALSE(ParseManifest(other).ok()) << other;
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(ParseManifest(text.substr(0, i)).ok()) << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    const auto read = ParseManifest(flipped);
    if (read.ok()) {
      EXPECT_NE(CanonicalManifest(*read), text) << i;
    }
  }
}

TEST(ManifestTest, HeadersAndPathsAreChecked) {
  const PolicyFiles files = {{"rules/a.yaml", "rules: a\n"}};
  EXPECT_FALSE(MakeManifest(files, 0, kTime).ok());
  for (const char* time : {"2026-12-01", "2026-12-01T24:00:00Z", "2026-13-01T00:00:00Z",
                           "2026-12-01T00:00:00+01:00", ""})
    EXPECT_FALSE(MakeManifest(files, 1, time).ok()) << time;
  for (const char* path : {"../a.yaml", "/a.yaml", "rules//a.yaml", "rules/.a.yaml"})
    EXPECT_FALSE(MakeManifest({{path, "rules: a\n"}}, 1, kTime).ok()) << path;
  EXPECT_FALSE(MakeManifest({}, 1, kTime).ok());
  EXPECT_FALSE(MakeManifest({{"rules/a.yaml", "rules: [\n"}}, 1, kTime).ok());
}

TEST(ManifestTest, MissingForeignAndChangedFilesAreNamed) {
  const Manifest manifest = Made(GoodFiles());
  PolicyFiles files = GoodFiles();
  files.erase("officers.yaml");
  EXPECT_THAT(std::string(CheckManifest(manifest, files).message()),
              testing::HasSubstr("officers.yaml is missing"));
  files = GoodFiles();
  files["rules/more.yaml"] = "rules: more\n";
  EXPECT_THAT(std::string(CheckManifest(manifest, files).message()),
              testing::HasSubstr("rules/more.yaml was not signed"));
  files = GoodFiles();
  files["codes/sbi.csv"] += "H,,1,Horeca,Horeca\n";
  EXPECT_THAT(std::string(CheckManifest(manifest, files).message()),
              testing::HasSubstr("codes/sbi.csv is not the file that was signed"));
}

// A test that is left out or mended would be one that nobody signed for.
TEST(ManifestTest, TestsArePartOfIt) {
  PolicyFiles files = GoodFiles();
  const std::string path = "rules/standard_test.yaml";
  files[path] = "test: a\nproject: heerlen\n";
  const Manifest manifest = Made(files);
  EXPECT_EQ(manifest.files.count(path), 1u);
  EXPECT_THAT(std::string(CheckManifest(manifest, GoodFiles()).message()),
              testing::HasSubstr("rules/standard_test.yaml is missing"));
  files[path] = "test: b\nproject: heerlen\n";
  EXPECT_THAT(std::string(CheckManifest(manifest, files).message()),
              testing::HasSubstr("rules/standard_test.yaml is not the file that was signed"));
}

// The point of the hash: what has one hash and loads is one policy. Random edits of single bytes.
TEST(ManifestTest, OneHashIsOneValue) {
  const PolicyFolder good = ReadPolicyFolder(GoodFiles());
  const Manifest signed_manifest = Made(GoodFiles());
  int same = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    std::mt19937 random(seed);
    PolicyFiles files = GoodFiles();
    auto file = files.begin();
    std::advance(file, random() % files.size());
    const char edits[] = " \n#'\"0aA";
    file->second.insert(random() % file->second.size(), 1, edits[random() % 8]);
    if (!CheckManifest(signed_manifest, files).ok()) continue;
    const PolicyFolder folder = ReadPolicyFolder(files);
    if (!folder.ok()) continue;
    ++same;
    const ChangeReport report =
        JudgeChange({good.bundle, good.datasets}, {folder.bundle, folder.datasets});
    EXPECT_TRUE(report.changes.empty()) << "seed " << seed << " " << file->first;
  }
  EXPECT_GT(same, 20);
}

}  // namespace
}  // namespace kluis
