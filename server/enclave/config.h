// config.yaml of an enclave directory.
#ifndef KLUIS_SERVER_ENCLAVE_CONFIG_H_
#define KLUIS_SERVER_ENCLAVE_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct EnclaveConfig {
  std::string enclave;          // in the URI of every certificate: kluis://<enclave>/users/<id>
  std::string host;             // the name under which clients reach the server
  std::string listen;           // HOST:PORT when --listen is not given
  int max_query_seconds = 300;  // the longest deadline that a client may ask for
  // The file of the data key, relative to the enclave's directory; empty: keys/data.key in it.
  std::string data_key = {};
  // Of the engine that answers: DuckDB in this process, or, where there are any, PostgreSQL
  // clusters by their connection strings; as ClusterConfig has them.
  std::vector<std::string> dsns = {}, load_dsns = {};
  int shards = 0;
};

// `key: value` lines, comments and empty lines; `dsn` and `load_dsn` may stand several times, once
// for each cluster. Unknown, duplicate and missing keys are INVALID_ARGUMENT with file and line.
absl::StatusOr<EnclaveConfig> ParseConfig(absl::string_view text, absl::string_view file_name);
std::string FormatConfig(const EnclaveConfig& config);

// Whether config.yaml can hold a connection string: it has no quotation mark and no line break.
bool IsDsn(absl::string_view dsn);

// A DNS name or an IP address: letters, digits, dot, hyphen (and colons of IPv6), at most 253.
bool IsHostName(absl::string_view name);

// Splits "host:port" and "[::1]:port". False when there is no port of 0 to 65535.
bool SplitAddress(absl::string_view address, std::string* host, int* port);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_CONFIG_H_
