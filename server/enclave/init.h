// Makes a new enclave directory.
#ifndef KLUIS_SERVER_ENCLAVE_INIT_H_
#define KLUIS_SERVER_ENCLAVE_INIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/enclave/operations.h"

namespace kluis {

struct InitOptions {
  std::string dir;
  std::string host = "localhost";
  std::string data_key = {};  // the file for the data key; empty: keys/data.key in the directory
  std::string engine = "duckdb";  // or "postgres", on the clusters of `dsns`
  std::vector<std::string> dsns = {}, load_dsns = {};
  int shards = 0;
  bool demo = false;  // with the generated Parkstad Limburg data, its users and their bundles
};

// Config, authority, server certificate, keys, empty log, policies. ALREADY_EXISTS when the
// directory is not empty or the file for the data key is there; INVALID_ARGUMENT for a host that is
// none, and, like UNAVAILABLE, as CheckClusters() says it of the clusters.
absl::Status InitEnclave(const InitOptions& options, const Operations::Progress& progress);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_INIT_H_
