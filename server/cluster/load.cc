#include "server/cluster/load.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "server/cluster/copy_load.h"
#include "server/cluster/registry.h"
#include "server/cluster/snapshot_source.h"

namespace kluis {
namespace {

constexpr PgOptions kLoading = {.read_only = false, .statement_ms = 0};

// What the operator of the clusters can mend.
absl::Status WithHint(const absl::Status& status) {
  const char* hint = nullptr;
  if (absl::EndsWith(status.message(), " 42501"))
    hint = "the role that loads needs CREATE on the database: GRANT CREATE ON DATABASE ... TO ...";
  if (absl::EndsWith(status.message(), " 53100")) hint = "the cluster's disk is full";
  if (hint == nullptr) return status;
  return absl::InvalidArgumentError(absl::StrCat(status.message(), "\nhint: ", hint));
}

class Loader {
 public:
  Loader(const ClusterConfig& config, const std::function<void(const std::string&)>& progress)
      : config_(config), progress_(progress) {}

  absl::Status Connect() {
    KLUIS_ASSIGN_OR_RETURN(connections_, ConnectAll(config_.Loaders(), kLoading, nullptr, nullptr));
    for (const auto& cluster : connections_)
      KLUIS_RETURN_IF_ERROR(cluster->Execute(CreateRegistry()));
    readers_.resize(connections_.size());
    return config_.load_dsns.empty() ? absl::OkStatus() : FindReaders();
  }

  absl::Status Load(const Wanted& wanted, const DataKey& data_key) {
    source_.reset();
    data_key_ = &data_key;
    KLUIS_ASSIGN_OR_RETURN(copies_, ReadCopies(connections_, config_, {wanted.snapshot}, nullptr));
    for (const Distribution& units : wanted.units) {
      const bool kept = std::any_of(copies_.begin(), copies_.end(),
                                    [&](const Copy& copy) { return copy.Keeps(units); });
      const bool placed = std::any_of(copies_.begin(), copies_.end(),
                                      [&](const Copy& copy) { return copy.by == units; });
      // Every row is a unit of its own in any copy, but there has to be one.
      if (units.empty() ? !copies_.empty() : kept || placed) continue;
      KLUIS_RETURN_IF_ERROR(Make(wanted, units, /*everywhere=*/false));
    }
    copies_of_[wanted.snapshot] = std::move(copies_);
    return absl::OkStatus();
  }

  // For its joins, when all datasets have their other copies.
  absl::Status LoadForJoins(const Wanted& wanted, const DataKey& data_key) {
    source_.reset();
    data_key_ = &data_key;
    copies_ = std::move(copies_of_[wanted.snapshot]);
    for (const Wanted::Join& join : wanted.joins) {
      // Of a dataset with a link to itself they are in copies_.
      const std::vector<Copy>& from =
          join.from == wanted.snapshot ? copies_ : copies_of_[join.from];
      const bool together = std::all_of(from.begin(), from.end(), [&](const Copy& copy) {
        return copy.everywhere || copy.IsPlacedBy(join.near);
      });
      const bool there = std::any_of(copies_.begin(), copies_.end(), [&](const Copy& copy) {
        return together ? copy.IsPlacedBy(join.far) : copy.everywhere;
      });
      if (there) continue;
      KLUIS_RETURN_IF_ERROR(
          Make(wanted, together ? Distribution{join.far} : Distribution{}, !together));
    }
    copies_of_[wanted.snapshot] = std::move(copies_);
    return absl::OkStatus();
  }

 private:
  absl::Status FindReaders() {
    KLUIS_ASSIGN_OR_RETURN(const auto reading, ConnectAll(config_.dsns, {}, nullptr, nullptr));
    KLUIS_ASSIGN_OR_RETURN(const auto names,
                           AskAll(reading, "SELECT quote_ident(current_user)", nullptr));
    for (size_t i = 0; i < names.size(); ++i) {
      readers_[i] = std::string(names[i].Text(0, 0));
      KLUIS_RETURN_IF_ERROR(connections_[i]->Execute(
          absl::StrCat("GRANT USAGE ON SCHEMA ", kSchema, " TO ", readers_[i], "; GRANT SELECT ON ",
                       kSchema, ".copies TO ", readers_[i])));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Copy> Describe(const Wanted& wanted, const Distribution& by) {
    Copy copy = {.table = "", .snapshot = wanted.snapshot, .by = by, .whole = {}, .present = {}};
    for (const Distribution& units : wanted.units) {
      if (units.empty() || by.empty()) continue;
      KLUIS_ASSIGN_OR_RETURN(const bool keeps, source_->Keeps(units, by, false));
      if (keeps) copy.whole.push_back(units);
    }
    for (const std::string& identifier : wanted.distinct) {
      if (by.empty()) continue;
      KLUIS_ASSIGN_OR_RETURN(const bool keeps, source_->Keeps({identifier}, by, true));
      if (keeps) copy.present.push_back(identifier);
    }
    return copy;
  }

  absl::Status Make(const Wanted& wanted, const Distribution& by, bool everywhere) {
    if (source_ == nullptr) {
      KLUIS_ASSIGN_OR_RETURN(source_, SnapshotSource::Open(wanted.file, *data_key_));
    }
    Copy copy = {.table = "", .snapshot = wanted.snapshot, .by = {}, .whole = {}, .present = {}};
    copy.everywhere = everywhere;
    if (!everywhere) {
      KLUIS_ASSIGN_OR_RETURN(copy, Describe(wanted, by));
    }
    progress_(absl::StrCat("loading ", source_->rows(), " rows into ", connections_.size(),
                           connections_.size() == 1 ? " cluster" : " clusters",
                           everywhere   ? ", all into each"
                           : by.empty() ? ""
                                        : absl::StrCat(", by ", absl::StrJoin(by, ", "))));
    KLUIS_RETURN_IF_ERROR(LoadCopy(*source_, copy, config_, connections_, readers_));
    copies_.push_back(std::move(copy));
    return absl::OkStatus();
  }

  const DataKey* data_key_ = nullptr;
  const ClusterConfig& config_;
  const std::function<void(const std::string&)>& progress_;
  ClusterConnections connections_;
  std::vector<std::string> readers_;  // quoted names of roles; empty: the one that loads
  std::vector<Copy> copies_;          // of the snapshot at hand
  std::map<std::string, std::vector<Copy>> copies_of_;  // of all others, by snapshot
  std::unique_ptr<SnapshotSource> source_;
};

}  // namespace

absl::Status PrepareClusters(const ClusterConfig& config) {
  const std::function<void(const std::string&)> nobody = [](const std::string&) {};
  return WithHint(Loader(config, nobody).Connect());
}

absl::Status LoadSnapshots(const std::vector<Wanted>& wanted, const DataKey& data_key,
                           const ClusterConfig& config,
                           const std::function<void(const std::string&)>& progress) {
  Loader loader(config, progress);
  KLUIS_RETURN_IF_ERROR(WithHint(loader.Connect()));
  for (const Wanted& one : wanted) KLUIS_RETURN_IF_ERROR(WithHint(loader.Load(one, data_key)));
  for (const Wanted& one : wanted)
    KLUIS_RETURN_IF_ERROR(WithHint(loader.LoadForJoins(one, data_key)));
  return absl::OkStatus();
}

}  // namespace kluis
