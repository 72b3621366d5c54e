#include "server/enclave/config.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr int kMostShards = 1024;

absl::Status SetValue(const std::string& key, const std::string& value, EnclaveConfig* config) {
  if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(key, " has no value"));
  std::string host;
  int port = 0;
  if (key == "enclave" || key == "host") {
    if (!IsHostName(value))
      return absl::InvalidArgumentError(absl::StrCat(key, " is not a host name"));
    (key == "enclave" ? config->enclave : config->host) = value;
  } else if (key == "listen") {
    if (!SplitAddress(value, &host, &port)) {
      return absl::InvalidArgumentError("listen is not HOST:PORT");
    }
    config->listen = value;
  } else if (key == "max_query_seconds") {
    if (!absl::SimpleAtoi(value, &config->max_query_seconds) || config->max_query_seconds < 1 ||
        config->max_query_seconds > 86'400) {
      return absl::InvalidArgumentError("max_query_seconds is not a number from 1 to 86400");
    }
  } else if (key == "data_key") {
    config->data_key = value;
  } else if (key == "dsn" || key == "load_dsn") {
    if (!IsDsn(value)) {
      return absl::InvalidArgumentError(absl::StrCat(key, " has a quotation mark in it"));
    }
    (key == "dsn" ? config->dsns : config->load_dsns).push_back(value);
  } else if (key == "shards") {
    if (!absl::SimpleAtoi(value, &config->shards) || config->shards < 1 ||
        config->shards > kMostShards) {
      return absl::InvalidArgumentError(
          absl::StrCat("shards is not a number from 1 to ", kMostShards));
    }
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown key ", key,
        "; known: enclave, host, listen, max_query_seconds, data_key, dsn, load_dsn, shards"));
  }
  return absl::OkStatus();
}

absl::Status ReadLine(absl::string_view line, std::set<std::string>* seen, EnclaveConfig* config) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(line);
  if (stripped.empty() || stripped.front() == '#') return absl::OkStatus();
  const size_t colon = stripped.find(": ");
  if (colon == absl::string_view::npos) return absl::InvalidArgumentError("not `key: value`");
  const std::string key(stripped.substr(0, colon));
  absl::string_view value = absl::StripAsciiWhitespace(stripped.substr(colon + 2));
  if (absl::ConsumePrefix(&value, "\"") && !absl::ConsumeSuffix(&value, "\"")) {
    return absl::InvalidArgumentError("a quotation mark is not closed");
  }
  const bool is_list = key == "dsn" || key == "load_dsn";
  if (!seen->insert(key).second && !is_list)
    return absl::InvalidArgumentError(absl::StrCat(key, " stands twice"));
  return SetValue(key, std::string(value), config);
}

}  // namespace

absl::StatusOr<EnclaveConfig> ParseConfig(absl::string_view text, absl::string_view file_name) {
  EnclaveConfig config;
  std::set<std::string> seen;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::Status status = ReadLine(line, &seen, &config);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(file_name, ":", number, ": ", status.message()));
    }
  }
  for (const char* key : {"enclave", "host", "listen"}) {
    if (seen.count(key) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(file_name, ": ", key, " is missing"));
    }
  }
  if (config.dsns.empty() && (!config.load_dsns.empty() || config.shards > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat(file_name, ": load_dsn and shards are of an enclave with dsn"));
  }
  return config;
}

std::string FormatConfig(const EnclaveConfig& config) {
  std::string clusters;
  for (const std::string& dsn : config.dsns) absl::StrAppend(&clusters, "dsn: \"", dsn, "\"\n");
  for (const std::string& dsn : config.load_dsns)
    absl::StrAppend(&clusters, "load_dsn: \"", dsn, "\"\n");
  if (config.shards > 0) absl::StrAppend(&clusters, "shards: ", config.shards, "\n");
  return absl::StrCat("# The enclave; docs/operations.md explains each key.\n",  //
                      "enclave: ", config.enclave, "\n",                         //
                      "host: ", config.host, "\n",                               //
                      "listen: \"", config.listen, "\"\n",                       //
                      "max_query_seconds: ", config.max_query_seconds, "\n",
                      config.data_key.empty() ? "" : "data_key: \"", config.data_key,
                      config.data_key.empty() ? "" : "\"\n", clusters);
}

bool IsDsn(absl::string_view dsn) {
  return !dsn.empty() && dsn.find_first_of("\"\n\r") == absl::string_view::npos;
}

bool IsHostName(absl::string_view name) {
  if (name.empty() || name.size() > 253 || name.front() == '-' || name.front() == '.') return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != ':')
      return false;
  }
  return true;
}

bool SplitAddress(absl::string_view address, std::string* host, int* port) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  absl::string_view name = address.substr(0, colon);
  const absl::string_view digits = address.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 || !absl::SimpleAtoi(digits, port)) return false;
  if (*port < 0 || *port > 65535 || !absl::ascii_isdigit(static_cast<unsigned char>(digits[0])))
    return false;
  if (absl::ConsumePrefix(&name, "[")) {
    if (!absl::ConsumeSuffix(&name, "]")) return false;
  } else if (absl::StrContains(name, ":")) {
    return false;
  }
  *host = std::string(name);
  return IsHostName(*host) || *host == "::" || *host == "::1";
}

}  // namespace kluis
