#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "disclosure/argus/columns.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/base/check.h"
#include "disclosure/policy/diagnostic_sink.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr size_t kNearestOf = 5000;

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// A name without quotes where every reader of YAML takes it for one.
std::string YamlName(const std::string& name) {
  const bool word = name == "null" || name == "true" || name == "false";
  return word || !AmbiguousPlainScalar(name).reason.empty() ? Quoted(name) : name;
}

std::string YamlList(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(Quoted(text));
  return absl::StrCat("[", absl::StrJoin(quoted, ", "), "]");
}

std::string CodeListCsv(const CodeList& list, const ArgusLabels& labels) {
  std::string out = "code,parent,level,label_nl,label_en\n";
  for (const Code& code : list.codes) {
    const auto label = labels.find(code.code);
    const std::string text = label == labels.end() ? "" : CsvField(label->second);
    absl::StrAppend(&out, CsvField(code.code), ",",
                    code.parent < 0 ? "" : CsvField(list.codes[code.parent].code), ",", code.level,
                    ",", text, ",", text, "\n");
  }
  return out;
}

std::vector<std::string> SortedCodes(const SeenVariable& seen) {
  std::vector<std::string> codes;
  for (const auto& [code, record] : seen.codes) codes.push_back(code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

// One entry: a member function for each kind of column.
class Describer {
 public:
  Describer(const ArgusMetadata& metadata, const std::vector<ArgusCodes>& codes,
            const std::vector<SeenVariable>& seen, absl::string_view data_name,
            const DescribeOptions& options)
      : metadata_(metadata),
        codes_(codes),
        seen_(seen),
        sink_("", data_name),
        dataset_(SqlName(options.dataset)),
        options_(options) {}

  Parsed<ArgusCatalogue> Describe() {
    const std::vector<CsvColumn> columns = CsvColumns(metadata_);
    WriteHead(columns);
    for (const CsvColumn& column : columns) WriteColumn(column);
    parsed_.diagnostics = sink_.Sorted();
    if (!parsed_.ok()) return std::move(parsed_);
    const auto& lists = parsed_.value.code_lists;
    Parsed<DatasetEntry> entry = ParseDatasetEntry(
        parsed_.value.yaml, dataset_ + ".yaml",
        [&](const std::string& path) -> absl::StatusOr<std::string> { return lists.at(path); });
    parsed_.value.entry = std::move(entry.value);
    parsed_.diagnostics = std::move(entry.diagnostics);
    return std::move(parsed_);
  }

 private:
  std::string& yaml() { return parsed_.value.yaml; }

  void WriteHead(const std::vector<CsvColumn>& columns) {
    const std::string record = RecordName(columns);
    std::vector<std::string> contributor = {YamlName(record)};
    std::string weight;
    for (const CsvColumn& column : columns) {
      const ArgusRole role = metadata_.variables[column.variable].role;
      if (role == ArgusRole::kHolding) contributor.push_back(YamlName(column.name));
      if (role == ArgusRole::kWeight) weight = YamlName(column.name);
    }
    absl::StrAppend(&yaml(),
                    "# Made from a description for tau-ARGUS.\ndataset: ", YamlName(dataset_),
                    "\nsource: {file: ", Quoted(options_.source_file),
                    ", empty: \"\"}\ncontributor: [", absl::StrJoin(contributor, ", "), "]\n");
    if (!weight.empty()) absl::StrAppend(&yaml(), "weight: ", weight, "\n");
    absl::StrAppend(&yaml(), "variables:\n  ", YamlName(record),
                    ": {role: identifier, column: \"#row\"}\n");
  }

  // Each record is a unit; a name for its number that no column has.
  static std::string RecordName(const std::vector<CsvColumn>& columns) {
    std::string name = "record";
    const auto taken = [&](const CsvColumn& column) {
      return absl::EqualsIgnoreCase(column.name, name);
    };
    while (std::any_of(columns.begin(), columns.end(), taken)) name += "_";
    return name;
  }

  void WriteColumn(const CsvColumn& column) {
    const ArgusVariable& variable = metadata_.variables[column.variable];
    absl::StrAppend(&yaml(), "  ", YamlName(column.name), ": {role: ");
    switch (column.role) {
      case VariableRole::kIdentifier:
        absl::StrAppend(&yaml(), "identifier");
        break;
      case VariableRole::kMeasure:
        absl::StrAppend(&yaml(), "measure, decimals: ", variable.decimals);
        if (seen_[column.variable].negative) absl::StrAppend(&yaml(), ", sign: any");
        if (seen_[column.variable].empty) absl::StrAppend(&yaml(), ", missing: [\"\"]");
        break;
      case VariableRole::kDimension:
        WriteDimension(column, variable);
        break;
    }
    absl::StrAppend(&yaml(), "}\n");
  }

  void WriteDimension(const CsvColumn& column, const ArgusVariable& variable) {
    const CodeList list = CodesOf(column.variable, variable);
    const std::string path = absl::StrCat("codes/", dataset_, "_", column.name, ".csv");
    absl::StrAppend(&yaml(), "dimension");
    if (variable.role == ArgusRole::kRequest) {
      absl::StrAppend(&yaml(), ", kind: confidential");
    } else if (options_.identifying) {
      absl::StrAppend(&yaml(), ", kind: identifying");
    }
    absl::StrAppend(&yaml(), ", codes: ", Quoted(path));
    if (list.levels > 1) {
      std::vector<std::string> levels;
      for (int i = 1; i <= list.levels; ++i) levels.push_back(absl::StrCat("level", i));
      absl::StrAppend(&yaml(), ", levels: [", absl::StrJoin(levels, ", "), "]");
    }
    std::vector<std::string> missing;
    for (const std::string& code : variable.missing) {
      if (list.Find(code) < 0) missing.push_back(code);
    }
    if (seen_[column.variable].empty) missing.push_back("");
    if (!missing.empty()) absl::StrAppend(&yaml(), ", missing: ", YamlList(missing));
    parsed_.value.code_lists[path] = CodeListCsv(list, codes_[column.variable].labels);
  }

  CodeList CodesOf(int index, const ArgusVariable& variable) {
    std::vector<std::string> codes = SortedCodes(seen_[index]);
    if (!variable.hierarchy.empty()) {
      CheckInTree(index, variable, codes);
      return codes_[index].tree;
    }
    if (variable.role == ArgusRole::kRequest) {
      codes.insert(codes.end(), variable.request_codes.begin(), variable.request_codes.end());
    }
    if (codes.empty()) {
      sink_.Add(0, 0, absl::StrCat("no record has a code of ", variable.name),
                "remove the variable from the .rda");
    }
    return variable.levels.empty() ? FlatList(std::move(codes))
                                   : TreeOfDigits(codes, variable.levels);
  }

  void CheckInTree(int index, const ArgusVariable& variable,
                   const std::vector<std::string>& codes) {
    const CodeList& tree = codes_[index].tree;
    for (const std::string& code : codes) {
      if (tree.Find(code) >= 0 || sink_.full()) continue;
      std::vector<std::string> known;
      for (size_t i = 0; i < std::min(tree.codes.size(), kNearestOf); ++i) {
        known.push_back(tree.codes[i].code);
      }
      const int column = std::max(variable.start, 1);
      sink_.Add(
          static_cast<int>(seen_[index].codes.at(code)), column,
          absl::StrCat("code '", code, "' of ", variable.name, " is not in ", variable.hierarchy),
          NearestHint(code, known));
    }
  }

  const ArgusMetadata& metadata_;
  const std::vector<ArgusCodes>& codes_;
  const std::vector<SeenVariable>& seen_;
  DiagnosticSink sink_;
  const std::string dataset_;
  const DescribeOptions& options_;
  Parsed<ArgusCatalogue> parsed_;
};

}  // namespace

CodeList TreeOfDigits(const std::vector<std::string>& codes, const std::vector<int>& levels) {
  std::vector<size_t> ends;
  size_t digits = 0;
  for (const int level : levels) {
    if (level > 0) ends.push_back(digits += level);
  }
  std::set<std::string> all;
  for (const std::string& code : codes) {
    if (std::find(ends.begin(), ends.end(), code.size()) == ends.end()) continue;
    for (const size_t end : ends) {
      if (end <= code.size()) all.insert(code.substr(0, end));
    }
  }
  CodeList list;
  for (const std::string& code : all) {
    const auto end = std::find(ends.begin(), ends.end(), code.size());
    const int level = static_cast<int>(end - ends.begin()) + 1;
    const int parent = level == 1 ? -1 : list.Find(code.substr(0, *(end - 1)));
    list.index.emplace(code, static_cast<int>(list.codes.size()));
    list.codes.push_back({code, parent, level, "", ""});
    list.levels = std::max(list.levels, level);
  }
  return list;
}

CodeList FlatList(std::vector<std::string> codes) {
  std::sort(codes.begin(), codes.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  CodeList list;
  for (std::string& code : codes) {
    list.index.emplace(code, static_cast<int>(list.codes.size()));
    list.codes.push_back({std::move(code), -1, 1, "", ""});
  }
  return list;
}

Parsed<ArgusCatalogue> DescribeMicrodata(const ArgusMetadata& metadata,
                                         const std::vector<ArgusCodes>& codes,
                                         const std::vector<SeenVariable>& seen,
                                         absl::string_view data_name,
                                         const DescribeOptions& options) {
  KLUIS_CHECK(!metadata.table);
  KLUIS_CHECK(codes.size() == metadata.variables.size());
  KLUIS_CHECK(seen.size() == metadata.variables.size());
  return Describer(metadata, codes, seen, data_name, options).Describe();
}

}  // namespace kluis
