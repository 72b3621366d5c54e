// Finds planted values in bytes, whatever form they took on the way.
#ifndef KLUIS_TESTS_SERVER_RPC_CANARY_FINDER_H_
#define KLUIS_TESTS_SERVER_RPC_CANARY_FINDER_H_

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace kluis {

// One pass over the bytes, whatever the number of canaries: a window of eight bytes tells which
// could begin there. Also counts what it saw, so that a test knows that it searched something.
class CanaryFinder {
 public:
  // REQUIRES: at least eight bytes.
  void AddText(const std::string& text) { needles_[Window(text.data())].push_back(text); }

  // As decimal and hexadecimal digits, and in both orders of bytes. For numbers of many digits: a
  // small one is in everything.
  void AddNumber(uint64_t value) {
    AddText(absl::StrCat(value));
    AddText(absl::StrFormat("%016x", value));
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    AddText(bytes);
    AddText(std::string(bytes.rbegin(), bytes.rend()));
  }

  // A measure with two decimals as a file, an answer and the store have it.
  void AddMeasure(int64_t hundredths) {
    AddNumber(static_cast<uint64_t>(hundredths));
    for (const char* point : {".", ","})
      AddText(absl::StrFormat("%d%s%02d", hundredths / 100, point, hundredths % 100));
    AddText(absl::StrFormat("%.9e", static_cast<double>(hundredths) / 100));
    double value = static_cast<double>(hundredths) / 100;
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    AddText(bytes);
  }

  // Remembers the canaries in `bytes` under the name of the place.
  void Search(const std::string& place, const std::string& bytes) {
    searched_[place] += bytes.size();
    for (size_t at = 0; at + 8 <= bytes.size(); ++at) {
      const auto candidates = needles_.find(Window(bytes.data() + at));
      if (candidates == needles_.end()) continue;
      for (const std::string& text : candidates->second) {
        if (bytes.compare(at, text.size(), text) == 0) found_[place].insert(text);
      }
    }
  }

  // Every file below the folder, under the place "file NAME".
  void SearchFiles(const std::string& folder) {
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder)) {
      if (!item.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(item.path(), std::ios::binary).rdbuf();
      Search("file " + item.path().filename().string(), bytes.str());
    }
  }

  const std::map<std::string, std::set<std::string>>& found() const { return found_; }
  size_t searched(const std::string& place) const {
    const auto it = searched_.find(place);
    return it == searched_.end() ? 0 : it->second;
  }

 private:
  static uint64_t Window(const char* bytes) {
    uint64_t window = 0;
    std::memcpy(&window, bytes, sizeof window);
    return window;
  }

  std::unordered_map<uint64_t, std::vector<std::string>> needles_;
  std::map<std::string, std::set<std::string>> found_;
  std::map<std::string, size_t> searched_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_CANARY_FINDER_H_
