#include "server/cluster/cluster.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/sha256.h"
#include "server/cluster/registry.h"

namespace kluis {
namespace {

// Changes with the meaning of what is stored.
constexpr int kLayout = 1;

// A line of kluis.copies as JSON, without what differs between clusters.
std::string Described(const Copy& copy, const ClusterConfig& config) {
  const nlohmann::json described = {
      {"snapshot", copy.snapshot},     {"by", copy.by},           {"everywhere", copy.everywhere},
      {"whole", copy.whole},           {"present", copy.present}, {"shards", config.ShardCount()},
      {"clusters", config.dsns.size()}};
  return described.dump();
}

absl::StatusOr<Copy> ParseCopy(absl::string_view name, absl::string_view text) {
  const auto json =
      nlohmann::json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  try {
    return Copy{.table = absl::StrCat(kSchema, ".", name),
                .snapshot = json.at("snapshot"),
                .by = json.at("by"),
                .everywhere = json.at("everywhere"),
                .whole = json.at("whole"),
                .present = json.at("present")};
  } catch (const nlohmann::json::exception&) {
    return absl::InternalError("a line of the list of copies does not parse");
  }
}

bool IsCopyName(absl::string_view name) {
  return name.size() == 42 && name.substr(0, 2) == "c_" &&
         name.find_first_not_of("0123456789abcdef", 2) == absl::string_view::npos;
}

// Why there is no connection, for who knows the connection string. A server that answered says that
// the string is wrong: there is no such database or role.
absl::Status Unconnected(const absl::Status& status, const std::string& reason) {
  if (reason.empty()) return status;
  const bool answered = absl::StrContains(reason, "FATAL:");
  return absl::Status(answered ? absl::StatusCode::kInvalidArgument : status.code(),
                      absl::StrCat(status.message(), ": ", reason,
                                   "\nhint: try the same connection string with psql"));
}

}  // namespace

bool Copy::Keeps(const Distribution& units) const {
  return !everywhere &&
         (units.empty() || std::find(whole.begin(), whole.end(), units) != whole.end());
}

bool Copy::KeepsPresent(const std::string& identifier) const {
  return !everywhere && std::find(present.begin(), present.end(), identifier) != present.end();
}

absl::StatusOr<ClusterConnections> ConnectAll(const std::vector<std::string>& dsns,
                                              const PgOptions& options,
                                              const std::atomic<bool>* cancelled,
                                              std::string* reason) {
  ClusterConnections connections;
  for (size_t i = 0; i < dsns.size(); ++i) {
    const std::string label = absl::StrCat("cluster ", i + 1);
    KLUIS_ASSIGN_OR_RETURN(auto connection,
                           PgConnection::Connect(dsns[i], label, options, cancelled, reason));
    connections.push_back(std::move(connection));
  }
  return connections;
}

absl::StatusOr<std::vector<PgResult>> AskAll(const ClusterConnections& connections,
                                             const std::string& sql,
                                             const std::atomic<bool>* cancelled) {
  std::vector<PgConnection*> all;
  for (const auto& connection : connections) all.push_back(connection.get());
  return PgConnection::QueryAll(all, sql, cancelled);
}

std::string CreateRegistry() {
  return absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", kSchema, "; CREATE TABLE IF NOT EXISTS ",
                      kSchema,
                      ".copies (name text PRIMARY KEY, snapshot text NOT NULL, described text NOT "
                      "NULL, place integer NOT NULL, rows bigint NOT NULL, rows_of_all bigint NOT "
                      "NULL, loaded_at timestamptz NOT NULL DEFAULT now())");
}

std::string CopyName(const std::string& snapshot, const Distribution& by, bool everywhere,
                     const ClusterConfig& config) {
  const nlohmann::json parts = {kLayout,           snapshot, by, everywhere, config.ShardCount(),
                                config.dsns.size()};
  return "c_" + Sha256Hex(parts.dump()).substr(0, 40);
}

std::string RegisterCopy(const std::string& name, const Copy& copy, const ClusterConfig& config,
                         int place, int64_t rows, int64_t rows_of_all) {
  return absl::StrCat("INSERT INTO ", kSchema,
                      ".copies (name, snapshot, described, place, rows, rows_of_all) VALUES (",
                      PgQuoteText(name), ", ", PgQuoteText(copy.snapshot), ", ",
                      PgQuoteText(Described(copy, config)), ", ", place, ", ", rows, ", ",
                      rows_of_all, ")");
}

absl::StatusOr<std::vector<Copy>> ReadCopies(const ClusterConnections& connections,
                                             const ClusterConfig& config,
                                             const std::vector<std::string>& snapshots,
                                             const std::atomic<bool>* cancelled) {
  std::vector<std::string> quoted;
  for (const std::string& snapshot : snapshots) quoted.push_back(PgQuoteText(snapshot));
  KLUIS_ASSIGN_OR_RETURN(
      const auto answers,
      AskAll(connections,
             absl::StrCat("SELECT name, described, place, rows, rows_of_all FROM ", kSchema,
                          ".copies WHERE snapshot IN (", absl::StrJoin(quoted, ", "), ")"),
             cancelled));
  struct Found {
    size_t clusters = 0;
    int64_t rows = 0, rows_of_all = 0;
    std::string described;
    bool consistent = true;
  };
  std::map<std::string, Found> found;
  for (size_t cluster = 0; cluster < answers.size(); ++cluster) {
    const PgResult& lines = answers[cluster];
    for (int row = 0; row < lines.rows(); ++row) {
      Found& copy = found[std::string(lines.Text(0, row))];
      int64_t place = -1, rows = 0, rows_of_all = 0;
      const bool numbers = absl::SimpleAtoi(lines.Text(2, row), &place) &&
                           absl::SimpleAtoi(lines.Text(3, row), &rows) &&
                           absl::SimpleAtoi(lines.Text(4, row), &rows_of_all);
      const bool first = copy.clusters++ == 0;
      if (first) copy.described = std::string(lines.Text(1, row));
      if (first) copy.rows_of_all = rows_of_all;
      copy.rows += rows;
      copy.consistent &= numbers && place == static_cast<int64_t>(cluster) &&
                         copy.described == lines.Text(1, row) && copy.rows_of_all == rows_of_all;
    }
  }
  std::vector<Copy> copies;
  for (const auto& [name, lines] : found) {
    KLUIS_ASSIGN_OR_RETURN(Copy copy, ParseCopy(name, lines.described));
    const int64_t times = copy.everywhere ? static_cast<int64_t>(answers.size()) : 1;
    const bool of_this_layout =
        IsCopyName(name) && name == CopyName(copy.snapshot, copy.by, copy.everywhere, config);
    if (of_this_layout && lines.consistent && lines.clusters == answers.size() &&
        lines.rows == lines.rows_of_all * times) {
      copies.push_back(std::move(copy));
    }
  }
  return copies;
}

absl::StatusOr<std::string> CheckClusters(const ClusterConfig& config) {
  if (config.dsns.empty()) return absl::InvalidArgumentError("no cluster: give --dsn");
  if (!config.load_dsns.empty() && config.load_dsns.size() != config.dsns.size()) {
    return absl::InvalidArgumentError("give --load-dsn for each --dsn, in the same order");
  }
  if (config.ShardCount() < static_cast<int>(config.dsns.size())) {
    return absl::InvalidArgumentError("there are fewer shards than clusters");
  }
  int version = 0;
  for (const auto* dsns : {&config.dsns, &config.Loaders()}) {
    for (size_t i = 0; i < dsns->size(); ++i) {
      if (const absl::Status read = CheckDsn((*dsns)[i]); !read.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("cluster ", i + 1, ": ", read.message(),
                         "\nhint: write it as host=db1 dbname=kluis user=kluis_reader"));
      }
    }
    std::string reason;
    const auto connections = ConnectAll(*dsns, {.statement_ms = 10'000}, nullptr, &reason);
    if (absl::IsFailedPrecondition(connections.status()))
      return absl::InvalidArgumentError(connections.status().message());
    if (!connections.ok()) {
      return Unconnected(connections.status(), reason);
    }
    version = (*connections)[0]->server_version();
  }
  return absl::StrCat("PostgreSQL ", version / 10000, ".", version % 10000, ", ",
                      config.dsns.size(), config.dsns.size() == 1 ? " cluster" : " clusters");
}

}  // namespace kluis
