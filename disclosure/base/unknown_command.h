// What the two programs say of a word that names none of their commands.
#ifndef KLUIS_DISCLOSURE_BASE_UNKNOWN_COMMAND_H_
#define KLUIS_DISCLOSURE_BASE_UNKNOWN_COMMAND_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace kluis {

// Insertions, deletions, substitutions and swaps of neighbours from `a` to `b`, no letter edited
// twice. O(|a| |b|). Source: Damerau, CACM 7(3), 1964.
inline int CommandDistance(const std::string& a, const std::string& b) {
  const int rows = static_cast<int>(a.size()), columns = static_cast<int>(b.size());
  std::vector<std::vector<int>> cost(rows + 1, std::vector<int>(columns + 1));
  for (int i = 0; i <= rows; ++i) cost[i][0] = i;
  for (int j = 0; j <= columns; ++j) cost[0][j] = j;
  for (int i = 1; i <= rows; ++i) {
    for (int j = 1; j <= columns; ++j) {
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                             cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[rows][columns];
}

// The command at a distance of at most 2, the first of the nearest; "" when there is none.
inline std::string NearestCommand(const std::string& word,
                                  const std::vector<std::string>& commands) {
  std::pair<int, std::string> nearest = {3, ""};
  if (word.size() > 64) return "";
  for (const std::string& command : commands) {
    const int distance = CommandDistance(word, command);
    if (distance < nearest.first) nearest = {distance, command};
  }
  return nearest.second;
}

// "'log verfy' is no command of kluis; did you mean 'log verify'?" for the first word of
// `arguments` that names no command, or "" when each does. `App` is CLI::App, which this folder
// does not know.
template <typename App>
std::string UnknownCommand(const App& program, const std::vector<std::string>& arguments) {
  const App* place = &program;
  std::string before;  // the commands so far, with a space behind each
  for (const std::string& word : arguments) {
    const auto known = place->get_subcommands([](const App*) { return true; });
    if (known.empty() || word.empty() || word[0] == '-') return "";
    const auto named = std::find_if(known.begin(), known.end(),
                                    [&](const App* one) { return one->get_name() == word; });
    if (named == known.end()) {
      std::vector<std::string> names;
      for (const App* one : known) names.push_back(one->get_name());
      const std::string nearest = NearestCommand(word, names);
      const std::string said =
          "'" + before + word.substr(0, 64) + "' is no command of " + program.get_name();
      return nearest.empty()
                 ? said + "; '" + program.get_name() + " " + before + "--help' lists them"
                 : said + "; did you mean '" + before + nearest + "'?";
    }
    before += word + " ";
    place = *named;
  }
  return "";
}

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_UNKNOWN_COMMAND_H_
