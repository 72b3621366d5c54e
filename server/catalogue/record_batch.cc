#include "server/catalogue/record_batch.h"

#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kRecordsMax = 2048;
constexpr size_t kBytesMax = size_t{1} << 20;

}  // namespace

absl::StatusOr<RecordBatch> RecordBatch::Read(CsvReader& reader, int64_t first) {
  RecordBatch batch;
  batch.first_ = first;
  batch.records_.reserve(kRecordsMax);
  while (batch.records_.size() < kRecordsMax && batch.text_.size() < kBytesMax) {
    KLUIS_ASSIGN_OR_RETURN(const bool found, reader.Next());
    if (!found) break;
    if (!reader.malformed()) {
      for (const absl::string_view field : reader.fields()) {
        batch.text_.append(field.data(), field.size());
        batch.ends_.push_back(batch.text_.size());
      }
    }
    batch.records_.push_back({.line = reader.line(),
                              .malformed = reader.malformed(),
                              .fields_end = batch.ends_.size()});
  }
  return batch;
}

void RecordBatch::FieldsOf(int record, std::vector<absl::string_view>* fields) const {
  fields->clear();
  const size_t begin = record == 0 ? 0 : records_[record - 1].fields_end;
  size_t from = begin == 0 ? 0 : ends_[begin - 1];
  for (size_t field = begin; field < records_[record].fields_end; ++field) {
    fields->push_back(absl::string_view(text_).substr(from, ends_[field] - from));
    from = ends_[field];
  }
}

}  // namespace kluis
