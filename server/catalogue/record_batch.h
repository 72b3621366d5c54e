// Records of a CSV text in blocks, so that some can be converted while the next are read.
#ifndef KLUIS_SERVER_CATALOGUE_RECORD_BATCH_H_
#define KLUIS_SERVER_CATALOGUE_RECORD_BATCH_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/catalogue/csv_reader.h"

namespace kluis {

class RecordBatch {
 public:
  // Reads up to 2048 records and 1 MiB of text from where the reader is, and at least one unless
  // the text ends. `first` is the number of the first, from 1. Errors of the reader are its own.
  static absl::StatusOr<RecordBatch> Read(CsvReader& reader, int64_t first);

  int64_t first() const { return first_; }
  int size() const { return static_cast<int>(records_.size()); }
  int64_t line(int record) const { return records_[record].line; }
  bool malformed(int record) const { return records_[record].malformed; }
  // Into `fields`, valid as long as the batch.
  void FieldsOf(int record, std::vector<absl::string_view>* fields) const;

 private:
  struct Record {
    int64_t line = 0;
    bool malformed = false;
    size_t fields_end = 0;  // of its last field in `ends_`
  };

  int64_t first_ = 1;
  std::string text_;          // of all fields, one after the other
  std::vector<size_t> ends_;  // of each field in it
  std::vector<Record> records_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_RECORD_BATCH_H_
