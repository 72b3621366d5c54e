// What each command does, after its options are read. Every function prints and gives an exit code.
#ifndef KLUIS_CLIENT_COMMANDS_H_
#define KLUIS_CLIENT_COMMANDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/console.h"

namespace kluis {

struct LoginOptions {
  std::string profile, bundle, server;
};
int Login(const Console& console, const LoginOptions& options);

struct CatalogueOptions {
  std::string profile, format = "table";
  std::string what;  // of Describe: DATASET or DATASET.VARIABLE
};
int ListDatasets(const Console& console, const CatalogueOptions& options);
int Describe(const Console& console, const CatalogueOptions& options);

// What every question has.
struct AskOptions {
  std::string profile, project, format = "table", output;
  bool dry_run = false, explain = false;
  double timeout_s = 600;
};

struct QueryOptions {
  AskOptions ask;
  std::string sql, sql_file;
  bool has_sql = false;  // -e was given
};
int Query(const Console& console, const QueryOptions& options);

struct RegressOptions {
  AskOptions ask;
  std::string formula, dataset, where, family = "ols";
  bool has_where = false;
};
int Regress(const Console& console, const RegressOptions& options);

struct ReleaseOptions {
  std::string profile, id, format = "table", output;
};
// Without an id: the list, as table or json.
int Releases(const Console& console, const ReleaseOptions& options);

struct ReceiptOptions {
  std::string profile, file, format = "table";
  std::string trust;  // empty: the profile's key of the log
};
// Without a server.
int VerifyReceiptFile(const Console& console, const ReceiptOptions& options);

// Of every command of `review`; what a command does not take is not looked at.
struct ReviewOptions {
  std::string action, profile = "default", format = "table";
  std::string id, reason, code = "OTHER", project, from, until;
  std::vector<std::string> states;
  int minimum = 0, round_to = 0;
  bool all = false, no_figures = false, to_researcher = false;
};
int Review(const Console& console, const ReviewOptions& options);

struct LogOptions {
  std::string profile = "default", folder, trust, since;
  std::string format = "table";  // json: what was found, as one object
  std::string form = "plain";    // of ExportLog: plain, tiles, csv or json
};
// From options.folder, or the server when it is empty.
int VerifyLog(const Console& console, const LogOptions& options);
int ExportLog(const Console& console, const LogOptions& options);
int ShowCheckpoint(const Console& console, const LogOptions& options);

// Reviewers only.
struct SealedLogOptions {
  std::string profile = "default", format = "table", output;
  std::string project, who, since, dataset;  // of SearchLog; what is empty is not asked
  uint64_t index = 0;                        // of the others: the entry
  int64_t cell = -1;  // of ShowEntry: that cell alone, as proof for an auditor
};
int SearchLog(const Console& console, const SealedLogOptions& options);
int ShowEntry(const Console& console, const SealedLogOptions& options);
int ReplayEntry(const Console& console, const SealedLogOptions& options);

// Of every command of `policy`; what a command does not take is not looked at.
struct PolicyOptions {
  std::string action, folder, other_folder, format = "text", language, output;
  std::string name;  // of a template or a kind of file
  std::string day;   // of check: YYYY-MM-DD; empty: today
  int64_t version = 0;
  std::string not_before;
  std::string query, project;  // of explain
};
int Policy(const Console& console, const PolicyOptions& options);

}  // namespace kluis

#endif  // KLUIS_CLIENT_COMMANDS_H_
