#include "server/enclave/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kluis {
namespace {

using ::testing::HasSubstr;

TEST(ConfigTest, WhatIsWrittenReadsBack) {
  const EnclaveConfig config = {"kluis.example", "kluis.example", "[::1]:7443", 60,
                                "/media/key stick/kluis: data.key"};
  const auto read = ParseConfig(FormatConfig(config), "config.yaml");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->enclave, config.enclave);
  EXPECT_EQ(read->listen, config.listen);
  EXPECT_EQ(read->max_query_seconds, 60);
  EXPECT_EQ(read->data_key, config.data_key);
}

TEST(ConfigTest, ClustersReadBackInTheirOrder) {
  const EnclaveConfig config = {.enclave = "a",
                                .host = "a",
                                .listen = "a:1",
                                .dsns = {"host=b dbname='k l' user=r", "postgresql://r@c/kluis"},
                                .load_dsns = {"host=b user=l", "host=c user=l"},
                                .shards = 6};
  const auto read = ParseConfig(FormatConfig(config), "config.yaml");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->dsns, config.dsns);
  EXPECT_EQ(read->load_dsns, config.load_dsns);
  EXPECT_EQ(read->shards, 6);
}

struct BadConfig {
  const char* name;
  std::string text;
  const char* message;
};

TEST(ConfigTest, MistakesAreNamedWithTheirLine) {
  const std::vector<BadConfig> cases = {
      {"an unknown key", "enclave: a\nhost: a\nlisten: a:1\ncolour: red\n",
       "config.yaml:4: unknown key colour"},
      {"a key twice", "enclave: a\nenclave: b\n", "config.yaml:2: enclave stands twice"},
      {"a missing key", "enclave: a\nhost: a\n", "listen is missing"},
      {"no value", "enclave: \n", "config.yaml:1:"},
      {"a bad host", "host: a b\n", "config.yaml:1: host is not a host name"},
      {"a port above 65535", "listen: a:65536\n", "config.yaml:1: listen is not HOST:PORT"},
      {"a key file without a name", "data_key: \n", "config.yaml:1:"},
      {"no deadline at all", "max_query_seconds: 0\n", "config.yaml:1: max_query_seconds"},
      {"a quotation mark in a DSN", "dsn: a\"b\n", "config.yaml:1: dsn has a quotation mark"},
      {"no shards", "shards: 0\n", "config.yaml:1: shards is not a number from 1"},
      {"shards of no cluster", "enclave: a\nhost: a\nlisten: a:1\nshards: 4\n",
       "config.yaml: load_dsn and shards are of an enclave with dsn"},
      {"an open quotation", "host: \"a\n", "config.yaml:1: a quotation mark"},
  };
  for (const BadConfig& c : cases) {
    const auto read = ParseConfig(c.text, "config.yaml");
    ASSERT_FALSE(read.ok()) << c.name;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(c.message)) << c.name;
  }
}

struct AddressCase {
  const char* text;
  bool good;
  const char* host;
  int port;
};

TEST(AddressTest, HostAndPortAreSplit) {
  const std::vector<AddressCase> cases = {
      {"127.0.0.1:0", true, "127.0.0.1", 0},
      {"[::1]:65535", true, "::1", 65535},
      {"[::]:7443", true, "::", 7443},
      {"kluis.example:1", true, "kluis.example", 1},
      {"127.0.0.1", false, "", 0},
      {":7443", false, "", 0},
      {"a:65536", false, "", 0},
      {"a:-1", false, "", 0},
      {"a:+1", false, "", 0},
      {"a:", false, "", 0},
      {"::1:7443", false, "", 0},
      {"[::1:7443", false, "", 0},
      {"a b:1", false, "", 0},
      {"", false, "", 0},
  };
  for (const AddressCase& c : cases) {
    std::string host;
    int port = -1;
    ASSERT_EQ(SplitAddress(c.text, &host, &port), c.good) << c.text;
    if (!c.good) continue;
    EXPECT_EQ(host, c.host);
    EXPECT_EQ(port, c.port);
  }
}

}  // namespace
}  // namespace kluis
