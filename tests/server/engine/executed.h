// PostgreSQL's own account of what it executed, as TwoClusters::ExplainAll() has it logged.
#ifndef KLUIS_TESTS_SERVER_ENGINE_EXECUTED_H_
#define KLUIS_TESTS_SERVER_ENGINE_EXECUTED_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace kluis {

// The plans in a server's log, of statements that read a copy.
inline std::vector<nlohmann::json> PlansIn(absl::string_view log) {
  std::vector<nlohmann::json> plans;
  std::string text;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(log, '\n')) {
    if (inside && absl::StartsWith(line, "\t")) {
      absl::StrAppend(&text, line, "\n");
      continue;
    }
    if (inside) {
      const auto plan = nlohmann::json::parse(text, nullptr, false);
      EXPECT_FALSE(plan.is_discarded()) << text;
      const std::string query = plan.value("Query Text", "");
      if (absl::StrContains(query, "kluis.c_")) plans.push_back(plan);
    }
    text.clear();
    inside = absl::EndsWith(line, "plan:");
  }
  return plans;
}

// How many rows come out of the nodes that scan tables.
inline int64_t RowsRead(const nlohmann::json& node) {
  int64_t rows =
      absl::StrContains(node.value("Node Type", ""), "Seq Scan")
          ? node.value("Actual Rows", int64_t{0}) * node.value("Actual Loops", int64_t{1})
          : 0;
  if (node.contains("Plans")) {
    for (const auto& child : node["Plans"]) rows += RowsRead(child);
  }
  return rows;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_EXECUTED_H_
