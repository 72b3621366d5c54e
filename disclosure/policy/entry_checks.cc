#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

using Path = std::vector<std::string>;

const char* RoleName(VariableRole role) {
  if (role == VariableRole::kIdentifier) return "identifier";
  return role == VariableRole::kDimension ? "dimension" : "measure";
}

const char* KindName(VariableKind kind) {
  if (kind == VariableKind::kIdentifying) return "identifying";
  return kind == VariableKind::kMixed ? "mixed" : "confidential";
}

std::string ListText(const std::vector<std::string>& names) {
  return names.empty() ? "none" : absl::StrJoin(names, ", ");
}

class EntryChecker {
 public:
  EntryChecker(const std::vector<EntryFile>& files, bool complete)
      : files_(files), complete_(complete) {
    for (const EntryFile& file : files_) names_.push_back(file.entry.name);
  }

  std::vector<Diagnostic> Check() {
    std::map<std::string, std::vector<const EntryFile*>> lineages;
    for (const EntryFile& file : files_) lineages[file.entry.lineage].push_back(&file);
    for (const auto& [lineage, periods] : lineages) {
      for (size_t i = 1; i < periods.size(); ++i) {
        CheckPeriod(periods, i);
        CheckContract(*periods[0], *periods[i]);
      }
    }
    for (const EntryFile& file : files_) {
      for (const Link& link : file.entry.links) CheckLink(file, link);
      for (const Variable& variable : file.entry.variables) CheckForbidden(file, variable);
    }
    return std::move(diagnostics_);
  }

 private:
  // At the place of `path` in the one file, or of the last key of it that is written; the message
  // ends with the place in the other.
  void Differ(const EntryFile& at, const EntryFile& other, const Path& path,
              const std::string& message, const std::string& hint) {
    const Diagnostic there = AtKey(other.yaml, other.file, path, "", "");
    const std::string place =
        there.line == 0 ? "" : absl::StrCat(":", there.line, ":", there.column);
    diagnostics_.push_back(
        AtKey(at.yaml, at.file, path, absl::StrCat(message, " (", there.file, place, ")"), hint));
  }

  void CheckPeriod(const std::vector<const EntryFile*>& periods, size_t i) {
    const EntryFile& file = *periods[i];
    for (size_t before = 0; before < i; ++before) {
      const DatasetEntry& other = periods[before]->entry;
      if (other.period != file.entry.period) continue;
      Differ(
          file, *periods[before], {"period"},
          absl::StrCat("period ", file.entry.period.empty() ? "without a name" : file.entry.period,
                       " of ", file.entry.lineage, " is dataset '", other.name, "' already"),
          "to replace it, import under its name; else name another period or lineage");
      return;
    }
  }

  void CheckContract(const EntryFile& first, const EntryFile& file) {
    const DatasetEntry &a = first.entry, &b = file.entry;
    const auto compare = [&](const Path& path, const std::string& theirs, const std::string& ours) {
      if (theirs == ours) return;
      Differ(file, first, path,
             absl::StrCat(absl::StrJoin(path, "."), " is ", ours, ", but ", theirs, " in dataset '",
                          a.name, "' of the same lineage"),
             "periods of one lineage agree; else give it a lineage of its own");
    };
    compare({"unit"}, a.unit, b.unit);
    compare({"contributor"}, ListText(a.contributor), ListText(b.contributor));
    compare({"weight"}, a.weight.empty() ? "none" : a.weight, b.weight.empty() ? "none" : b.weight);
    for (const Variable& ours : b.variables) {
      const Variable* theirs = a.FindVariable(ours.name);
      if (theirs == nullptr) continue;
      const auto key = [&](const char* name) { return Path{"variables", ours.name, name}; };
      compare(key("role"), RoleName(theirs->role), RoleName(ours.role));
      if (theirs->role != ours.role) continue;
      compare(key("kind"), KindName(theirs->kind), KindName(ours.kind));
      compare(key("unit"), theirs->unit.empty() ? "none" : theirs->unit,
              ours.unit.empty() ? "none" : ours.unit);
      compare(key("decimals"), std::to_string(theirs->decimals), std::to_string(ours.decimals));
      compare(key("grain"), ListText(theirs->grain), ListText(ours.grain));
    }
  }

  // Null when it is not among the files, which is a mistake when they are all.
  const DatasetEntry* FindDataset(const EntryFile& file, const std::string& name,
                                  const Path& path) {
    const auto place = std::find(names_.begin(), names_.end(), name);
    if (place != names_.end()) return &files_[static_cast<size_t>(place - names_.begin())].entry;
    if (complete_) {
      diagnostics_.push_back(
          AtKey(file.yaml, file.file, path,
                absl::StrCat(absl::StrJoin(path, "."), ": there is no dataset '", name, "'"),
                NearestOrListHint(name, names_)));
    }
    return nullptr;
  }

  void CheckLink(const EntryFile& file, const Link& link) {
    const DatasetEntry* to = FindDataset(file, link.to, {"links", link.name, "to"});
    if (to == nullptr) return;
    for (const std::string& name : link.to_key) {
      const Variable* key = to->FindVariable(name);
      if (key != nullptr && key->role == VariableRole::kIdentifier) continue;
      std::vector<std::string> identifiers;
      for (const Variable& variable : to->variables) {
        if (variable.role == VariableRole::kIdentifier) identifiers.push_back(variable.name);
      }
      const bool own = link.to_key == link.key;
      diagnostics_.push_back(AtKey(
          file.yaml, file.file, {"links", link.name, own ? "key" : "to_key"},
          absl::StrCat("links.", link.name, ": '", to->name, "' has no identifier '", name, "'"),
          absl::StrCat(own ? "name it by to_key as it is called there; " : "",
                       NearestOrListHint(name, identifiers))));
    }
  }

  void CheckForbidden(const EntryFile& file, const Variable& variable) {
    for (const std::string& name : variable.forbidden_with) {
      const std::vector<std::string> parts = absl::StrSplit(name, '.');
      if (parts.size() != 2 || parts[0] == file.entry.name) continue;
      const Path path = {"variables", variable.name, "forbidden_with"};
      const DatasetEntry* other = FindDataset(file, parts[0], path);
      if (other == nullptr || other->FindVariable(parts[1]) != nullptr) continue;
      diagnostics_.push_back(AtKey(file.yaml, file.file, path,
                                   absl::StrCat(absl::StrJoin(path, "."), ": '", parts[0],
                                                "' has no variable '", parts[1], "'"),
                                   NearestHint(parts[1], VariableNames(*other))));
    }
  }

  const std::vector<EntryFile>& files_;
  const bool complete_;
  std::vector<std::string> names_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

std::vector<Diagnostic> CheckEntries(const std::vector<EntryFile>& files, bool complete) {
  return EntryChecker(files, complete).Check();
}

}  // namespace kluis
