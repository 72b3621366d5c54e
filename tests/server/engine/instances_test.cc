// Databases of the engine: never more than two, and one for all snapshots that are asked of.
#include "server/engine/instances.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/server/engine/engine_workshop.h"

namespace kluis {
namespace {

class InstancesTest : public EngineTest {
 protected:
  InstancesTest() : instances_(TestOptions()) {}

  std::shared_ptr<const Instance> With(const std::vector<std::string>& files) {
    auto instance = instances_.With(files, nullptr);
    EXPECT_TRUE(instance.ok()) << instance.status();
    return instance.ok() ? *instance : nullptr;
  }

  std::string Snapshot(const std::string& name) {
    const std::string file = (folder_ / name).string();
    std::filesystem::rename(Write(RandomRows(1, 10, false)), file);
    return file;
  }

  const std::string a_ = Snapshot("a"), b_ = Snapshot("b"), c_ = Snapshot("c");
  Instances instances_;
};

TEST_F(InstancesTest, OneDatabaseServesWhateverWasAskedOfLate) {
  With({a_});
  const auto both = With({b_});
  EXPECT_EQ(With({a_}), both);
  EXPECT_EQ(With({b_, a_}), both);
  EXPECT_NE(both->SchemaOf(a_), both->SchemaOf(b_));
}

TEST_F(InstancesTest, AThirdWaitsForTheOldestAndCanBeCancelled) {
  auto oldest = With({a_});
  const auto second = With({b_});
  std::atomic<bool> cancelled = true;
  EXPECT_EQ(instances_.With({c_}, &cancelled).status().code(), absl::StatusCode::kCancelled);
  cancelled = false;
  std::atomic<bool> given = false;
  std::thread third([&] {
    const auto instance = instances_.With({c_}, &cancelled);
    EXPECT_TRUE(instance.ok()) << instance.status();
    given = true;
  });
  EXPECT_EQ(With({a_}), second) << "what is open serves on";
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(given);
  oldest = nullptr;
  third.join();
  EXPECT_TRUE(With({a_, b_, c_})->Has({a_, b_, c_}));
}

TEST_F(InstancesTest, AnotherFileThatIsGoneOrDamagedIsLeftOut) {
  With({a_});
  std::filesystem::remove(a_);
  EXPECT_FALSE(With({b_})->Has({a_}));
  std::ofstream(b_, std::ios::trunc) << "no database";
  EXPECT_FALSE(With({c_})->Has({b_}));
  EXPECT_FALSE(instances_.With({b_, c_}, nullptr).ok());
}

}  // namespace
}  // namespace kluis
