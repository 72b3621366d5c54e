// Microdata of tau-ARGUS for Kluis: records of a fixed-width or separated file -> CSV, and a .rda
// with its code files -> a catalogue entry for that CSV.
//
//   RecordConverter converter(metadata, "tau_testW.asc");
//   out << converter.header();
//   while (read a chunk) { csv.clear(); converter.Add(chunk, &csv); out << csv; }
//   converter.Finish(&csv);                       // and look at converter.diagnostics()
//   DescribeMicrodata(metadata, codes, converter.seen(), {.dataset = "tau_testw", ...});
#ifndef KLUIS_DISCLOSURE_ARGUS_MICRODATA_H_
#define KLUIS_DISCLOSURE_ARGUS_MICRODATA_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "disclosure/argus/code_files.h"
#include "disclosure/argus/rda.h"
#include "disclosure/policy/dataset_entry.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

// What the records have of one variable: a catalogue entry says more than a .rda does.
struct SeenVariable {
  absl::flat_hash_map<std::string, int64_t> codes;  // of categories -> the first record with it
  bool empty = false;     // some record has no value, or a missing one of a number
  bool negative = false;  // some number is below 0
};

// Reads records in pieces of any size; a record is one line. Codes and numbers lose the blanks
// around them, numbers get a decimal point, and a missing number becomes an empty field; a missing
// code stays. The columns of a fixed-width file count bytes, as tau-ARGUS does; text that is not
// UTF-8 is Windows-1252. A record that is wrong is reported (the first 100 are) and left out.
class RecordConverter {
 public:
  // Of microdata. `file_name` is used in messages only.
  RecordConverter(const ArgusMetadata& metadata, std::string file_name);

  // The first line of the CSV, with its line break.
  const std::string& header() const { return header_; }
  // Appends the CSV of the records that are complete by now.
  void Add(absl::string_view bytes, std::string* csv);
  // Appends the last record, if it has no line break.
  void Finish(std::string* csv);

  int64_t records() const { return records_; }                     // read, wrong ones too
  const std::vector<SeenVariable>& seen() const { return seen_; }  // per variable
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  void Convert(absl::string_view line, std::string* csv);
  bool Cut(absl::string_view line, std::vector<std::string>* fields, std::vector<int>* columns);
  bool ConvertCode(size_t variable, int column, std::string* field);
  bool ConvertNumber(size_t variable, int column, std::string* field);
  bool Error(int column, const std::string& message, const std::string& hint = "");

  struct Column {
    int variable = 0;
    bool number = false;
  };

  const ArgusMetadata metadata_;
  const std::string file_name_;
  std::string header_;
  std::vector<Column> columns_;
  std::string pending_;  // the begin of a record
  bool stopped_ = false;
  int64_t records_ = 0;
  absl::string_view line_;
  std::vector<SeenVariable> seen_;
  std::vector<Diagnostic> diagnostics_;
};

struct DescribeOptions {
  std::string dataset;       // name in the catalogue
  std::string source_file;   // the CSV, relative to the entry
  bool identifying = false;  // what tau-ARGUS takes spanning variables for; else the entry does not
                             // say, so that they are mixed
};

// The files of a catalogue entry, and what they mean.
struct ArgusCatalogue {
  std::string yaml;
  std::map<std::string, std::string> code_lists;  // path below policies/ -> CSV
  DatasetEntry entry;
};

// Categories become dimensions with a code list: the tree of the .hrc, or of the digits of
// <HIERLEVELS> in the codes seen, or the codes seen. Numbers become measures (`sign: any` if one
// is negative), the weight the weight, the holding the second level of contributors; each record
// is a contributor. A request variable becomes a confidential dimension. A variable that is both
// categorical and numeric becomes two, the second called name_value. Names that SQL cannot use get
// '_' for what is wrong in them. Levels are called level1, level2, ...
// Codes of records that the tree does not have are errors, reported in `data_name`.
Parsed<ArgusCatalogue> DescribeMicrodata(const ArgusMetadata& metadata,
                                         const std::vector<ArgusCodes>& codes,
                                         const std::vector<SeenVariable>& seen,
                                         absl::string_view data_name,
                                         const DescribeOptions& options);

// The tree of codes by their digits: levels {3, 1, 1} put 34100 below 3410 below 341. Codes that
// end between two levels are left out of it.
CodeList TreeOfDigits(const std::vector<std::string>& codes, const std::vector<int>& levels);

// Codes without a tree, in the order of tau-ARGUS: as if blanks made them equally long.
CodeList FlatList(std::vector<std::string> codes);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_MICRODATA_H_
