#include "server/catalogue/conversion.h"

#include <algorithm>

#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kWaitingPerThread = 4;  // batches

ConvertedRows Convert(const RecordBatch& batch, RowConverter& converter) {
  ConvertedRows rows;
  rows.columns.resize(converter.columns().size());
  for (ConvertedRows::Column& column : rows.columns) column.values.reserve(batch.size());
  std::vector<absl::string_view> fields;
  std::vector<RowProblem> problems;
  for (int record = 0; record < batch.size(); ++record) {
    problems.clear();
    bool kept = true;
    if (batch.malformed(record)) {
      problems.push_back({"", "quotes are not as in RFC 4180"});
    } else {
      batch.FieldsOf(record, &fields);
      kept = converter.Convert(fields, batch.first() + record, &problems);
    }
    if (!kept) {
      ++rows.outside;
    } else if (problems.empty()) {
      rows.Add(converter.columns(), batch.line(record));
    } else {
      rows.bad.emplace_back(batch.line(record), problems);
    }
  }
  return rows;
}

}  // namespace

void ConvertedRows::Add(const std::vector<StoredColumn>& row, int64_t line) {
  lines.push_back(line);
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i].is_null) columns[i].nulls.push_back(rows);
    columns[i].values.push_back(row[i].is_null ? 0 : row[i].value);
  }
  ++rows;
}

absl::StatusOr<std::unique_ptr<Conversion>> Conversion::Start(
    CsvReader& reader, const DatasetEntry& entry, const std::string& key,
    const std::vector<absl::string_view>& header, int threads) {
  std::unique_ptr<Conversion> conversion(new Conversion(reader));
  for (int i = 0; i < std::max(threads, 1); ++i) {
    auto& converter =
        conversion->converters_.emplace_back(std::make_unique<RowConverter>(entry, key));
    KLUIS_RETURN_IF_ERROR(converter->BindHeader(header));
  }
  conversion->in_flight_max_ = kWaitingPerThread * conversion->converters_.size();
  Conversion* const self = conversion.get();
  self->threads_.emplace_back([self] { self->ReadAll(); });
  for (const auto& converter : self->converters_) {
    RowConverter* const own = converter.get();
    self->threads_.emplace_back([self, own] { self->ConvertAll(*own); });
  }
  return conversion;
}

Conversion::~Conversion() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Conversion::ReadAll() {
  int64_t first = 1;
  for (;;) {
    absl::StatusOr<RecordBatch> batch = RecordBatch::Read(reader_, first);
    std::unique_lock<std::mutex> lock(mutex_);
    if (!batch.ok() || batch->size() == 0) {
      failure_ = batch.status();
      at_end_ = true;
      changed_.notify_all();
      return;
    }
    first += batch->size();
    changed_.wait(lock, [&] {
      return stopping_ || batches_ - given_ < static_cast<int64_t>(in_flight_max_);
    });
    if (stopping_) return;
    read_.emplace_back(batches_++, *std::move(batch));
    changed_.notify_all();
  }
}

void Conversion::ConvertAll(RowConverter& converter) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || at_end_ || !read_.empty(); });
    if (stopping_ || read_.empty()) return;
    const auto [number, batch] = std::move(read_.front());
    read_.pop_front();
    lock.unlock();
    ConvertedRows rows = Convert(batch, converter);
    lock.lock();
    converted_.emplace(number, std::move(rows));
    changed_.notify_all();
  }
}

absl::StatusOr<bool> Conversion::Next(ConvertedRows* rows) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock,
                [&] { return converted_.count(given_) > 0 || (at_end_ && given_ == batches_); });
  const auto next = converted_.find(given_);
  if (next == converted_.end()) {
    KLUIS_RETURN_IF_ERROR(failure_);
    return false;
  }
  *rows = std::move(next->second);
  converted_.erase(next);
  ++given_;
  changed_.notify_all();
  return true;
}

}  // namespace kluis
