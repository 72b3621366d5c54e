#include "server/duckdb/duckdb.h"

#include <openssl/crypto.h>

#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/openssl_encryption.h"

namespace kluis {
namespace {

constexpr char kVersion[] = "v1.4.4";

absl::int128 ToInt128(const duckdb_hugeint& value) {
  return absl::MakeInt128(value.upper, value.lower);
}

}  // namespace

std::string QuoteIdentifier(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string QuoteText(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

DuckResult::~DuckResult() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  duckdb_destroy_result(&result_);
}

bool DuckResult::Next() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  chunk_ = duckdb_fetch_chunk(result_);
  if (chunk_ == nullptr) return false;
  rows_ = static_cast<int>(duckdb_data_chunk_get_size(chunk_));
  vectors_.clear();
  data_.clear();
  elements_.clear();
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk_); ++i) {
    vectors_.push_back(duckdb_data_chunk_get_vector(chunk_, i));
    data_.push_back(duckdb_vector_get_data(vectors_.back()));
    elements_.push_back(ElementsOf(vectors_.back()));
  }
  return rows_ > 0;
}

bool DuckResult::IsNull(int column, int row) const {
  uint64_t* validity = duckdb_vector_get_validity(vectors_[column]);
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

absl::int128 DuckResult::Int128(int column, int row) const {
  return ToInt128(Data<duckdb_hugeint>(column)[row]);
}

void DuckResult::AppendList(int column, int row, std::vector<absl::int128>* values) const {
  if (IsNull(column, row)) return;
  const auto entry = Data<duckdb_list_entry>(column)[row];
  const Elements& elements = elements_[column];
  values->reserve(values->size() + entry.length);
  for (uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    values->push_back(elements.huge ? ToInt128(static_cast<const duckdb_hugeint*>(elements.data)[i])
                                    : static_cast<const int64_t*>(elements.data)[i]);
  }
}

DuckResult::Elements DuckResult::ElementsOf(duckdb_vector vector) const {
  Elements elements;
  duckdb_logical_type type = duckdb_vector_get_column_type(vector);
  if (duckdb_get_type_id(type) == DUCKDB_TYPE_LIST) {
    duckdb_logical_type child = duckdb_list_type_child_type(type);
    elements.huge = duckdb_get_type_id(child) == DUCKDB_TYPE_HUGEINT;
    elements.data = duckdb_vector_get_data(duckdb_list_vector_get_child(vector));
    duckdb_destroy_logical_type(&child);
  }
  duckdb_destroy_logical_type(&type);
  return elements;
}

DuckConnection::~DuckConnection() { duckdb_disconnect(&connection_); }

absl::Status DuckConnection::Execute(const std::string& sql) { return Query(sql).status(); }

absl::StatusOr<std::unique_ptr<DuckResult>> DuckConnection::Query(const std::string& sql) {
  duckdb_result raw;
  const duckdb_state state = duckdb_query(connection_, sql.c_str(), &raw);
  auto result = std::make_unique<DuckResult>(raw);
  if (state == DuckDBSuccess) return result;
  const duckdb_error_type type = duckdb_result_error_type(&raw);
  if (type == DUCKDB_ERROR_INTERRUPT) return absl::CancelledError("interrupted");
  // A cast to fewer bits is a conversion error.
  if (type == DUCKDB_ERROR_OUT_OF_RANGE || type == DUCKDB_ERROR_CONVERSION) {
    return absl::OutOfRangeError(absl::StrCat("database error type ", static_cast<int>(type)));
  }
  return absl::InternalError(absl::StrCat("database error type ", static_cast<int>(type)));
}

absl::Status DuckConnection::Attach(const std::string& file, const std::string& name,
                                    absl::string_view key, Access access) {
  std::string text = absl::StrCat("ATTACH ", QuoteText(file), " AS ", QuoteIdentifier(name), " (",
                                  access == Access::kRead ? "READ_ONLY" : "READ_WRITE");
  text.reserve(text.size() + 128);  // no copy of the key is left behind
  std::string encoded = absl::Base64Escape(key);
  if (!key.empty())
    absl::StrAppend(&text, ", ENCRYPTION_CIPHER 'GCM', ENCRYPTION_KEY '", encoded, "'");
  text.push_back(')');
  absl::Status attached = Execute(text);
  OPENSSL_cleanse(text.data(), text.size());
  OPENSSL_cleanse(encoded.data(), encoded.size());
  return attached;
}

absl::StatusOr<std::unique_ptr<DuckDatabase>> DuckDatabase::Open(const std::string& path,
                                                                 const DuckConfig& config) {
  if (std::strcmp(duckdb_library_version(), kVersion) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("libduckdb.so is ", duckdb_library_version(),
                                                      ", not ", kVersion,
                                                      "; run script/fetch-duckdb"));
  }
  duckdb_config options = nullptr;
  if (duckdb_create_config(&options) != DuckDBSuccess)
    return absl::InternalError("no configuration");
  DuckConfig settings = {{"temp_directory", ""},
                         {"temp_file_encryption", "true"},
                         {"autoload_known_extensions", "false"},
                         {"autoinstall_known_extensions", "false"}};
  settings.insert(settings.end(), config.begin(), config.end());
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(options, name.c_str(), value.c_str()) != DuckDBSuccess) {
      duckdb_destroy_config(&options);
      return absl::InternalError(absl::StrCat("setting ", name, " is not accepted"));
    }
  }
  duckdb_database database = nullptr;
  char* error = nullptr;
  const duckdb_state state =
      duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &database, options, &error);
  duckdb_destroy_config(&options);
  if (error != nullptr) duckdb_free(error);
  if (state != DuckDBSuccess) return absl::InternalError("cannot open the database file");
  std::unique_ptr<DuckDatabase> opened(new DuckDatabase(database));
  KLUIS_RETURN_IF_ERROR(UseOpenSslEncryption(database));
  return opened;
}

DuckDatabase::~DuckDatabase() { duckdb_close(&database_); }

absl::StatusOr<std::unique_ptr<DuckConnection>> DuckDatabase::Connect() {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database_, &connection) != DuckDBSuccess) {
    return absl::InternalError("cannot connect to the database");
  }
  return std::make_unique<DuckConnection>(connection);
}

}  // namespace kluis
