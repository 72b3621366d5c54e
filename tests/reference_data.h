// The data of others that tests read: in the folder KLUIS_TEST_DATA, and no part of the source tree.
#ifndef KLUIS_TESTS_REFERENCE_DATA_H_
#define KLUIS_TESTS_REFERENCE_DATA_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace kluis {

inline std::filesystem::path ReferenceFolder() {
  const char* folder = std::getenv("KLUIS_TEST_DATA");
  if (folder != nullptr) return folder;
  return std::filesystem::path(KLUIS_SOURCE_DIR) / "../shared/data";
}

// Whether `path`, a file there or the folder itself, exists. Where it does not, the running test
// has failed if KLUIS_TEST_DATA names a folder, and is skipped if nobody named one: return from it.
[[nodiscard]] inline bool HasReferenceData(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return true;
  [&] {
    ASSERT_EQ(std::getenv("KLUIS_TEST_DATA"), nullptr) << path << " is missing";
    GTEST_SKIP() << path << " is not there: set KLUIS_TEST_DATA";
  }();
  return false;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_DATA_H_
