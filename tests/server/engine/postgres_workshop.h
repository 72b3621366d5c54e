// Tests on two clusters.
#ifndef KLUIS_TESTS_SERVER_ENGINE_POSTGRES_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_ENGINE_POSTGRES_WORKSHOP_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/cluster/load.h"
#include "tests/server/engine/engine_workshop.h"
#include "tests/server/engine/table_text.h"
#include "tests/server/engine/two_clusters.h"

namespace kluis {

class PostgresTest : public EngineTest {
 protected:
  void SetUp() override {
    ASSERT_NE(TwoClusters::Get(), nullptr) << "script/test installs postgresql-15";
  }

  // The rows, with a hash of their own, on the clusters.
  Wanted WriteAndLoad(const std::vector<Row>& rows, const ClusterConfig& config) {
    static int count = 0;
    const Wanted wanted = {.snapshot = "rows-" + std::to_string(++count),
                           .file = Write(rows),
                           .units = {{"unit", "holding"}, {"unit"}, {"holding"}},
                           .distinct = {"unit", "holding"}};
    const absl::Status loaded = LoadSnapshots({wanted}, *TestKey(), config, [](const auto&) {});
    EXPECT_TRUE(loaded.ok()) << loaded;
    return wanted;
  }

  // The operator's log is in `log_`.
  std::unique_ptr<Engine> EngineOn(const ClusterConfig& config, const PgOptions& limits = {}) {
    EngineOptions options;
    options.operator_log = [this](const std::string& line) { log_ = line; };
    return std::move(*NewPostgresEngine(options, config, limits));
  }

  void ExpectSameBytes(const AggregationPlan& plan, const ClusterConfig& config) {
    const auto one = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    const auto other = EngineOn(config)->Run(plan, nullptr);
    ASSERT_TRUE(one.ok()) << one.status();
    ASSERT_TRUE(other.ok()) << other.status() << " " << log_;
    EXPECT_EQ(TextOf(*other), TextOf(*one));
  }

  std::string log_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_POSTGRES_WORKSHOP_H_
