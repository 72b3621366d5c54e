#include "server/cluster/copy_load.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/cluster/placing.h"
#include "server/cluster/registry.h"

namespace kluis {
namespace {

constexpr int64_t kBlock = 200'000;  // rows that are in memory at a time
constexpr size_t kBuffer = 1 << 18;  // bytes of COPY

// What was sent to one cluster: of each column the number and the sum of its values.
struct Sent {
  int64_t rows = 0;
  std::vector<int64_t> values;
  std::vector<absl::int128> sums;
  std::string buffer;
};

std::string FormatSent(const Sent& sent) {
  std::vector<std::string> parts = {absl::StrCat(sent.rows)};
  for (size_t i = 0; i < sent.values.size(); ++i) {
    parts.push_back(absl::StrCat(sent.values[i]));
    parts.push_back(FormatFixed(sent.sums[i], 0));
  }
  return absl::StrJoin(parts, " ");
}

// One copy, on its way.
class CopyLoad {
 public:
  CopyLoad(SnapshotSource& source, const ClusterConfig& config,
           const ClusterConnections& connections, const std::vector<std::string>& readers,
           Copy copy)
      : source_(source),
        config_(config),
        connections_(connections),
        readers_(readers),
        copy_(std::move(copy)),
        name_(CopyName(copy_.snapshot, copy_.by, copy_.everywhere, config)),
        table_(absl::StrCat(kSchema, ".", name_)),
        placing_(source.columns(), copy_.by, config) {}

  absl::Status Run() {
    for (size_t i = 0; i < connections_.size(); ++i) {
      KLUIS_RETURN_IF_ERROR(Begin(static_cast<int>(i)));
    }
    KLUIS_RETURN_IF_ERROR(Send());
    for (size_t i = 0; i < connections_.size(); ++i) {
      KLUIS_RETURN_IF_ERROR(End(static_cast<int>(i)));
    }
    return absl::OkStatus();
  }

 private:
  std::string Declarations() const {
    std::vector<std::string> columns;
    if (!copy_.everywhere) columns.push_back("kluis_shard integer NOT NULL");
    columns.push_back("kluis_row bigint NOT NULL");
    for (const SourceColumn& column : source_.columns()) {
      columns.push_back(absl::StrCat(QuoteIdentifier(column.name), " ",
                                     column.is_dimension ? "integer NOT NULL" : "bigint"));
    }
    return absl::StrJoin(columns, ", ");
  }

  // With Citus on the cluster the table is one of its own. Its functions are a superuser's, so
  // nobody can put another in their place.
  absl::Status Distribute(PgConnection& cluster) {
    KLUIS_ASSIGN_OR_RETURN(
        const PgResult found,
        cluster.Query("SELECT quote_ident(n.nspname) FROM pg_proc p JOIN pg_namespace n ON n.oid = "
                      "p.pronamespace JOIN pg_roles r ON r.oid = p.proowner WHERE p.proname = "
                      "'create_distributed_table' AND r.rolsuper"));
    if (found.rows() == 0) return absl::OkStatus();
    const std::string schema(found.Text(0, 0)), table = PgQuoteText(table_);
    return cluster.Execute(
        copy_.everywhere ? absl::StrCat("SELECT ", schema, ".create_reference_table(", table, ")")
                         : absl::StrCat("SELECT ", schema, ".create_distributed_table(", table,
                                        ", 'kluis_shard')"));
  }

  // A table that was left by a load that did not end is not in the list, nor is it there.
  absl::Status Begin(int place) {
    PgConnection& cluster = *connections_[place];
    KLUIS_RETURN_IF_ERROR(cluster.Execute(absl::StrCat(
        "BEGIN; DELETE FROM ", kSchema, ".copies WHERE name = ", PgQuoteText(name_),
        "; DROP TABLE IF EXISTS ", table_, "; CREATE TABLE ", table_, " (", Declarations(), ")")));
    KLUIS_RETURN_IF_ERROR(Distribute(cluster));
    sent_.emplace_back();
    sent_.back().values.resize(source_.columns().size());
    sent_.back().sums.resize(source_.columns().size());
    return cluster.StartCopy(absl::StrCat("COPY ", table_, " FROM STDIN"));
  }

  absl::Status Flush(size_t place) {
    Sent& sent = sent_[place];
    KLUIS_RETURN_IF_ERROR(connections_[place]->PutCopy(sent.buffer));
    sent.buffer.clear();
    return absl::OkStatus();
  }

  absl::Status AddRow(const DuckResult& rows, int row, int shard, size_t place) {
    Sent& sent = sent_[place];
    ++sent.rows;
    if (!copy_.everywhere) absl::StrAppend(&sent.buffer, shard, "\t");
    absl::StrAppend(&sent.buffer, rows.Int64(0, row));
    for (size_t i = 0; i < source_.columns().size(); ++i) {
      const int column = static_cast<int>(i) + 1;
      if (rows.IsNull(column, row)) {
        sent.buffer.append("\t\\N");
        continue;
      }
      // An identifier has 64 bits without a sign; its twin with a sign stands for it.
      const int64_t value = source_.columns()[i].is_identifier
                                ? static_cast<int64_t>(absl::Uint128Low64(
                                      static_cast<absl::uint128>(rows.Int128(column, row))))
                                : rows.Int64(column, row);
      absl::StrAppend(&sent.buffer, "\t", value);
      ++sent.values[i];
      sent.sums[i] += value;
    }
    sent.buffer.push_back('\n');
    return sent.buffer.size() < kBuffer ? absl::OkStatus() : Flush(place);
  }

  absl::Status Send() {
    for (int64_t first = 0; first < source_.rows(); first += kBlock) {
      KLUIS_ASSIGN_OR_RETURN(const auto rows, source_.Rows(first, kBlock));
      while (rows->Next()) {
        for (int row = 0; row < rows->rows(); ++row) {
          const int shard = placing_.ShardOf(*rows, row);
          for (size_t place = 0; place < connections_.size(); ++place) {
            if (!copy_.everywhere && placing_.PlaceOf(shard) != static_cast<int>(place)) continue;
            KLUIS_RETURN_IF_ERROR(AddRow(*rows, row, shard, place));
          }
        }
      }
    }
    for (size_t place = 0; place < connections_.size(); ++place) {
      KLUIS_RETURN_IF_ERROR(Flush(place));
      KLUIS_RETURN_IF_ERROR(connections_[place]->EndCopy());
    }
    return absl::OkStatus();
  }

  absl::Status CheckContent(PgConnection& cluster, const Sent& sent) {
    std::string query = "SELECT count(*)";
    for (const SourceColumn& column : source_.columns()) {
      const std::string name = QuoteIdentifier(column.name);
      absl::StrAppend(&query, ", count(", name, "), coalesce(sum(", name, "), 0)");
    }
    KLUIS_ASSIGN_OR_RETURN(const PgResult found,
                           cluster.Query(absl::StrCat(query, " FROM ", table_)));
    std::vector<std::string> parts;
    for (size_t i = 0; i < 1 + 2 * source_.columns().size(); ++i)
      parts.emplace_back(found.Text(static_cast<int>(i), 0));
    if (absl::StrJoin(parts, " ") == FormatSent(sent)) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat(cluster.label(), " does not hold the rows that were sent to it"));
  }

  absl::Status End(int place) {
    PgConnection& cluster = *connections_[place];
    KLUIS_RETURN_IF_ERROR(CheckContent(cluster, sent_[place]));
    std::string end = absl::StrCat("ANALYZE ", table_);
    if (!readers_[place].empty())
      absl::StrAppend(&end, "; GRANT SELECT ON ", table_, " TO ", readers_[place]);
    return cluster.Execute(absl::StrCat(
        end, "; ", RegisterCopy(name_, copy_, config_, place, sent_[place].rows, source_.rows()),
        "; COMMIT"));
  }

  SnapshotSource& source_;
  const ClusterConfig& config_;
  const ClusterConnections& connections_;
  const std::vector<std::string>& readers_;
  Copy copy_;
  std::string name_, table_;
  Placing placing_;
  std::vector<Sent> sent_;  // by cluster
};

}  // namespace

absl::Status LoadCopy(SnapshotSource& source, const Copy& copy, const ClusterConfig& config,
                      const ClusterConnections& connections,
                      const std::vector<std::string>& readers) {
  return CopyLoad(source, config, connections, readers, copy).Run();
}

}  // namespace kluis
