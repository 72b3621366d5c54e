#include "server/enclave/init.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/signed_note.h"
#include "server/cluster/cluster.h"
#include "server/cluster/load.h"
#include "server/demo/demo.h"
#include "server/enclave/certificate.h"
#include "server/enclave/config.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/paths.h"
#include "server/enclave/policies.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

absl::Status RequireEmpty(const std::string& dir) {
  std::error_code error;
  if (!fs::exists(dir, error)) return absl::OkStatus();
  if (!fs::is_directory(dir, error))
    return absl::AlreadyExistsError(absl::StrCat(dir, " is not a directory"));
  if (!fs::is_empty(dir, error) || error) {
    return absl::AlreadyExistsError(absl::StrCat(dir, " is not empty; give a new directory"));
  }
  return absl::OkStatus();
}

// Where the data key goes: a path that config.yaml can name, of a file that is not there yet.
absl::StatusOr<std::string> PlaceOfDataKey(const std::string& asked) {
  if (asked.empty()) return asked;
  const std::string place = fs::absolute(asked).lexically_normal().string();
  std::error_code error;
  if (fs::exists(place, error))
    return absl::AlreadyExistsError(
        absl::StrCat(place, " exists; name a new file for the data key"));
  if (absl::StrContains(place, "\n") || !fs::is_directory(fs::path(place).parent_path(), error))
    return absl::InvalidArgumentError(
        absl::StrCat(place, " cannot hold the data key: there is no such folder"));
  return place;
}

absl::Status WriteConfig(const EnclavePaths& paths, const InitOptions& options,
                         const std::string& data_key) {
  const std::string& host = options.host;
  const std::string listen = absl::StrCat(host == "localhost" ? "127.0.0.1" : "0.0.0.0", ":7443");
  return WritePrivateFile(paths.config(), FormatConfig({.enclave = host,
                                                        .host = host,
                                                        .listen = listen,
                                                        .data_key = data_key,
                                                        .dsns = options.dsns,
                                                        .load_dsns = options.load_dsns,
                                                        .shards = options.shards}));
}

absl::Status CheckEngine(const InitOptions& options, const Operations::Progress& progress) {
  if (options.engine == "duckdb") {
    if (options.dsns.empty() && options.load_dsns.empty() && options.shards == 0)
      return absl::OkStatus();
    return absl::InvalidArgumentError(
        "--dsn, --load-dsn and --shards are for the engine postgres; give --engine postgres, too");
  }
  if (options.engine != "postgres") {
    return absl::InvalidArgumentError(
        absl::StrCat("no engine ", options.engine, "; one of duckdb, postgres"));
  }
  for (const auto* dsns : {&options.dsns, &options.load_dsns}) {
    if (!std::all_of(dsns->begin(), dsns->end(), IsDsn)) {
      return absl::InvalidArgumentError(
          "a connection string has a quotation mark in it; put what needs one into a service file");
    }
  }
  const ClusterConfig clusters = {
      .dsns = options.dsns, .load_dsns = options.load_dsns, .shards = options.shards};
  KLUIS_ASSIGN_OR_RETURN(const std::string version, CheckClusters(clusters));
  KLUIS_RETURN_IF_ERROR(PrepareClusters(clusters));
  progress(absl::StrCat("found ", version));
  return absl::OkStatus();
}

absl::Status WriteCertificates(const EnclavePaths& paths, const std::string& host) {
  KLUIS_ASSIGN_OR_RETURN(const KeyAndCertificate authority, MakeAuthority(host));
  KLUIS_ASSIGN_OR_RETURN(const KeyAndCertificate server, IssueServerCertificate(authority, host));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.ca_key(), authority.key_pem));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.ca_certificate(), authority.certificate_pem));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.server_key(), server.key_pem));
  return WritePrivateFile(paths.server_certificate(), server.certificate_pem);
}

absl::Status WriteKeys(const EnclavePaths& paths, const std::string& host,
                       const std::string& data_key) {
  KLUIS_ASSIGN_OR_RETURN(const NoteSigner signer,
                         NoteSigner::FromSeed(absl::StrCat(host, "/kluis"), RandomKey(32)));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.log_key(), signer.ToPrivateText() + "\n"));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.pseudonym_key(), RandomKey(32)));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths.data_key(data_key), RandomKey(32)));
  return WritePrivateFile(paths.cost_key(), RandomKey(32));
}

// Without the demo's own folder, and without projects: they name datasets that are not here yet.
absl::Status CopyPolicies(const EnclavePaths& paths) {
  KLUIS_ASSIGN_OR_RETURN(const std::string share, SharedPolicies());
  for (const char* folder : {"rules", "presets", "codes", "schema"}) {
    const std::string from = absl::StrCat(share, "/", folder);
    if (fs::is_directory(from))
      KLUIS_RETURN_IF_ERROR(CopyTree(from, absl::StrCat(paths.policies(), "/", folder)));
  }
  for (const char* folder : {"projects", "datasets"}) {
    KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(absl::StrCat(paths.policies(), "/", folder)));
  }
  return absl::OkStatus();
}

absl::Status AddUsers(Enclave& enclave, const std::string& users_csv) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(users_csv));
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(absl::StripSuffix(lines[i], "\r"), ',');
    if (fields.size() != 3) {
      return absl::InvalidArgumentError(
          absl::StrCat(users_csv, ":", i + 1, ": not id,role,organisation"));
    }
    KLUIS_ASSIGN_OR_RETURN(const std::string bundle,
                           enclave.AddUser({fields[0], fields[1], fields[2]}));
    const std::string file = absl::StrCat(enclave.paths().bundles(), "/", fields[0], ".bundle");
    KLUIS_RETURN_IF_ERROR(WritePrivateFile(file, bundle));
  }
  return absl::OkStatus();
}

std::vector<std::string> EntriesIn(const std::string& folder) {
  std::vector<std::string> entries;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") entries.push_back(entry.path().string());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

absl::Status AddDemo(const EnclavePaths& paths, const Operations::Progress& progress) {
  KLUIS_ASSIGN_OR_RETURN(const std::string share, SharedPolicies());
  const std::string demo = share + "/demo";
  const std::string work = paths.temporary() + "/policies";  // code lists are found by this name
  KLUIS_RETURN_IF_ERROR(CopyTree(demo, work));
  progress("generating the registers of Parkstad Limburg");
  KLUIS_RETURN_IF_ERROR(
      GenerateDemo({.figures = work + "/figures", .output = work + "/datasets", .registers = false},
                   [&progress](absl::string_view line) { progress(std::string(line)); }));
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Enclave> enclave, Enclave::Open(paths.dir));
  for (const std::string& entry : EntriesIn(work + "/datasets")) {
    progress(absl::StrCat("importing ", fs::path(entry).stem().string()));
    KLUIS_ASSIGN_OR_RETURN(const std::string report, enclave->Import(entry, progress));
    progress(report);
  }
  for (const char* folder : {"rules", "projects"}) {
    if (!fs::is_directory(absl::StrCat(demo, "/", folder))) continue;
    KLUIS_RETURN_IF_ERROR(
        CopyTree(absl::StrCat(demo, "/", folder), absl::StrCat(paths.policies(), "/", folder)));
  }
  KLUIS_RETURN_IF_ERROR(enclave->ReloadPolicies());
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(paths.bundles()));
  KLUIS_RETURN_IF_ERROR(AddUsers(*enclave, demo + "/users.csv"));
  fs::remove_all(work);
  return absl::OkStatus();
}

absl::Status AppendFirstEntry(const EnclavePaths& paths) {
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Enclave> enclave, Enclave::Open(paths.dir));
  const std::string sealed =
      absl::StrCat("{\"log_key\":\"", enclave->log_key().verifier().ToString(), "\"}");
  return enclave->ledger().AppendEvent("key", "", "", sealed).status();
}

}  // namespace

absl::Status InitEnclave(const InitOptions& options, const Operations::Progress& progress) {
  if (!IsHostName(options.host))
    return absl::InvalidArgumentError(absl::StrCat("not a host name: ", options.host));
  KLUIS_RETURN_IF_ERROR(RequireEmpty(options.dir));
  KLUIS_RETURN_IF_ERROR(CheckEngine(options, progress));
  KLUIS_ASSIGN_OR_RETURN(const std::string data_key, PlaceOfDataKey(options.data_key));
  const EnclavePaths paths = {fs::absolute(options.dir).lexically_normal().string()};
  for (const std::string& folder : {paths.dir, paths.dir + "/pki", paths.dir + "/keys",
                                    paths.policies(), paths.data(), paths.temporary()}) {
    KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(folder));
  }
  progress("making keys and certificates");
  KLUIS_RETURN_IF_ERROR(WriteCertificates(paths, options.host));
  KLUIS_RETURN_IF_ERROR(WriteKeys(paths, options.host, data_key));
  KLUIS_RETURN_IF_ERROR(CopyPolicies(paths));
  KLUIS_RETURN_IF_ERROR(WriteConfig(paths, options, data_key));
  KLUIS_RETURN_IF_ERROR(AppendFirstEntry(paths));
  return options.demo ? AddDemo(paths, progress) : absl::OkStatus();
}

}  // namespace kluis
