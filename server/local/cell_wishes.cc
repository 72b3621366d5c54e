#include "server/local/cell_wishes.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/nearest.h"
#include "server/catalogue/csv_reader.h"
#include "server/local/argus_files.h"

namespace kluis {
namespace {

constexpr char kEvery[] = "*";
constexpr double kWeight = 100;  // of a wish, against the cost of a cell

class WishReader {
 public:
  WishReader(const std::string& file, const AggregateTable& table,
             const std::vector<JointTable>& tables)
      : file_(file), tables_(tables) {
    wishes_.factors.assign(table.keys.size(), 1);
    for (const JointTable& joint : tables) {
      for (size_t d = 0; d < joint.shape.dimensions.size(); ++d) {
        std::set<std::string>& codes = codes_[joint.shape.dimensions[d].name];
        for (const ReleaseRow& row : joint.shape.rows) codes.insert(row.codes[d]);
      }
    }
  }

  absl::StatusOr<CellWishes> Read() {
    KLUIS_ASSIGN_OR_RETURN(const auto source, ByteSource::Open(file_));
    CsvReader reader(*source);
    KLUIS_ASSIGN_OR_RETURN(const bool has_header, reader.Next());
    line_ = 1;
    if (!has_header) return Fault("no header line", "write the dimensions, then wish");
    KLUIS_RETURN_IF_ERROR(BindHeader(reader.fields()));
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const bool found, reader.Next());
      if (!found) return std::move(wishes_);
      line_ = static_cast<int>(reader.line());
      if (reader.malformed()) return Fault("quotes are not as in RFC 4180", "");
      if (reader.fields().size() != header_.size() + 1) {
        return Fault(absl::StrCat("has ", reader.fields().size(), " fields, the header ",
                                  header_.size() + 1),
                     "");
      }
      KLUIS_RETURN_IF_ERROR(AddLine(reader.fields()));
    }
  }

 private:
  absl::Status Fault(const std::string& message, const std::string& hint) const {
    return FaultAt(file_, line_, 1, message, hint);
  }

  std::vector<std::string> Dimensions() const {
    std::vector<std::string> names;
    for (const auto& [name, codes] : codes_) names.push_back(name);
    return names;
  }

  absl::Status BindHeader(const std::vector<absl::string_view>& header) {
    if (header.size() < 2) {
      return Fault("the header must have a dimension and, last, the wish",
                   absl::StrCat("write ", absl::StrJoin(Dimensions(), ","), ",wish"));
    }
    for (size_t f = 0; f + 1 < header.size(); ++f) header_.emplace_back(header[f]);
    std::set<std::string> seen;
    for (const std::string& name : header_) {
      if (codes_.count(name) == 0) {
        return Fault(absl::StrCat("no table has a dimension '", name.substr(0, 63), "'"),
                     NearestOrListHint(name, Dimensions()));
      }
      if (!seen.insert(name).second)
        return Fault(absl::StrCat("the header has '", name, "' twice"), "keep one");
    }
    return absl::OkStatus();
  }

  absl::Status AddLine(const std::vector<absl::string_view>& fields) {
    std::map<std::string, std::string> wanted;
    for (size_t f = 0; f < header_.size(); ++f) {
      const std::string code(fields[f].empty() ? absl::string_view(kTotalCode) : fields[f]);
      const std::set<std::string>& known = codes_.at(header_[f]);
      if (code != kEvery && code != kTotalCode && known.count(code) == 0) {
        return Fault(absl::StrCat(header_[f], " has no code '", code.substr(0, 40), "'"),
                     HintFor(known, code));
      }
      wanted[header_[f]] = code;
    }
    const std::string wish(fields.back());
    if (wish != "keep" && wish != "prefer" && wish != "avoid") {
      return Fault(absl::StrCat("unknown wish '", wish.substr(0, 40), "'"),
                   "one of keep (shown, whatever the price), prefer (hidden rather than another), "
                   "avoid (hidden only where nothing else helps)");
    }
    const std::vector<int> cells = CellsOf(wanted);
    if (cells.empty()) return Fault("no table shows such a cell", "ask for it, or remove the line");
    for (const int cell : cells) Wish(cell, wish);
    return absl::OkStatus();
  }

  static std::string HintFor(const std::set<std::string>& known, const std::string& code) {
    const std::string nearest = NearestHint(code, {known.begin(), known.end()});
    return nearest.empty() ? "the total is _T, * is every code" : nearest;
  }

  std::vector<int> CellsOf(const std::map<std::string, std::string>& wanted) const {
    std::vector<int> cells;
    for (const JointTable& joint : tables_) {
      std::vector<std::string> pattern;
      size_t used = 0;
      for (const DimensionColumn& dimension : joint.shape.dimensions) {
        const auto place = wanted.find(dimension.name);
        used += place == wanted.end() ? 0 : 1;
        pattern.push_back(place == wanted.end() ? kTotalCode : place->second);
      }
      // A table without the dimension has the total of it only.
      const auto totals = std::count_if(wanted.begin(), wanted.end(), [&](const auto& entry) {
        return entry.second == kTotalCode && !Has(joint, entry.first);
      });
      if (used + static_cast<size_t>(totals) < wanted.size()) continue;
      for (const ReleaseRow& row : joint.shape.rows) {
        if (Fits(pattern, row.codes)) cells.push_back(row.cell);
      }
    }
    return cells;
  }

  static bool Has(const JointTable& joint, const std::string& name) {
    const auto& dimensions = joint.shape.dimensions;
    return std::any_of(dimensions.begin(), dimensions.end(),
                       [&](const DimensionColumn& d) { return d.name == name; });
  }

  static bool Fits(const std::vector<std::string>& pattern, const std::vector<std::string>& codes) {
    for (size_t d = 0; d < pattern.size(); ++d) {
      if (pattern[d] != kEvery && pattern[d] != codes[d]) return false;
    }
    return true;
  }

  void Wish(int cell, const std::string& wish) {
    wishes_.kept.erase(cell);
    wishes_.factors[cell] = wish == "prefer" ? 1 / kWeight : wish == "avoid" ? kWeight : 1;
    if (wish == "keep") wishes_.kept[cell] = line_;
  }

  const std::string& file_;
  const std::vector<JointTable>& tables_;
  std::map<std::string, std::set<std::string>> codes_;  // dimension -> codes that a table shows
  std::vector<std::string> header_;                     // without the wish
  CellWishes wishes_;
  int line_ = 0;
};

}  // namespace

absl::StatusOr<CellWishes> ReadCellWishes(const std::string& file, const AggregateTable& table,
                                          const std::vector<JointTable>& tables) {
  absl::StatusOr<CellWishes> wishes = WishReader(file, table, tables).Read();
  if (wishes.ok() || absl::IsInternal(wishes.status())) return wishes;
  return absl::InvalidArgumentError(wishes.status().message());
}

absl::Status KeepCells(const std::string& file, const CellWishes& wishes,
                       std::vector<CellDecision>* decisions) {
  for (const auto& [cell, line] : wishes.kept) {
    CellDecision& decision = (*decisions)[cell];
    if (decision.state == DecidedState::kPrimary) {
      return FaultAt(
          file, line, 1,
          absl::StrCat("the cell is unsafe by ", decision.rule, ", so it cannot be kept"),
          "remove this line, or name only cells that are safe instead of *");
    }
    if (decision.state == DecidedState::kSuppressed) {
      return FaultAt(file, line, 1, "the cell is suppressed beforehand, so it cannot be kept",
                     "remove this line, or the decision to suppress it");
    }
    decision.state = DecidedState::kPublished;
  }
  return absl::OkStatus();
}

}  // namespace kluis
