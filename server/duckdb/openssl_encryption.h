// AES-256-GCM by OpenSSL for DuckDB's files: the library alone reads encrypted files and writes
// none.
#ifndef KLUIS_SERVER_DUCKDB_OPENSSL_ENCRYPTION_H_
#define KLUIS_SERVER_DUCKDB_OPENSSL_ENCRYPTION_H_

#include <duckdb.h>

#include "absl/status/status.h"

namespace kluis {

// Makes the instance encrypt and decrypt data files, their journals and spilled buffers with
// OpenSSL from now on, with a random nonce for each block and its tag checked at each read.
//
// The one place that uses DuckDB's C++ interface. Its layout holds for one build only, so another
// library than the headers were taken from is FAILED_PRECONDITION.
absl::Status UseOpenSslEncryption(duckdb_database database);

}  // namespace kluis

#endif  // KLUIS_SERVER_DUCKDB_OPENSSL_ENCRYPTION_H_
