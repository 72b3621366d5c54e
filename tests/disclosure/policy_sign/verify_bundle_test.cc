// Who must have signed what: each way in which a bundle is not good enough, with its message.
#include "disclosure/policy_sign/verify_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/disclosure/policy_check/cases.h"
#include "tests/disclosure/policy_sign/signed_policy.h"

namespace kluis {
namespace {

using Code = absl::StatusCode;
using testing::HasSubstr;

constexpr char kNow[] = "2026-11-27T10:00:00Z";
constexpr int64_t kVersion = 7;  // in force

PolicyFolder Folder(const PolicyFiles& files) {
  PolicyFolder folder = ReadPolicyFolder(files);
  EXPECT_TRUE(folder.ok()) << FormatDiagnostic(folder.errors[0]);
  return folder;
}

PolicyFiles With(const std::string& path, const std::string& from, const std::string& to) {
  PolicyFiles files = GoodFiles();
  std::string& text = files.at(path);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return files;
}

PolicyFiles Stronger() { return With("rules/standard.yaml", "minimum: 10, z", "minimum: 12, z"); }
PolicyFiles Weaker() { return With("rules/standard.yaml", "minimum: 10, z", "minimum: 9, z"); }

struct Try {
  PolicyFiles files = Stronger();
  std::string signatures = {};
  PolicyFiles in_force = GoodFiles();
  std::string now = kNow;
  PersonOf person_of = nullptr;
};

absl::StatusOr<VerifiedBundle> Verify(const Try& attempt) {
  const PolicyFolder before = Folder(attempt.in_force), after = Folder(attempt.files);
  return VerifyBundle({.in_force = {before.bundle, before.datasets},
                       .version_in_force = kVersion,
                       .draft = {after.bundle, after.datasets},
                       .files = attempt.files,
                       .now = attempt.now,
                       .person_of = attempt.person_of},
                      attempt.signatures);
}

std::string By(const std::vector<OfficerKey>& keys, const PolicyFiles& files,
               int64_t version = kVersion + 1, const std::string& reason = kGoodReason) {
  return FormatSignatures(SignedBy(keys, files, version, "2026-11-01T00:00:00Z", reason));
}

void ExpectRefused(const Try& attempt, Code code, const std::string& message) {
  const auto verified = Verify(attempt);
  ASSERT_FALSE(verified.ok()) << message;
  EXPECT_EQ(verified.status().code(), code) << verified.status();
  EXPECT_THAT(std::string(verified.status().message()), HasSubstr(message));
}

TEST(VerifyBundleTest, OneOfficerForStrongerTwoForWeaker) {
  EXPECT_TRUE(Verify({.signatures = By({Petra()}, Stronger())}).ok());
  EXPECT_TRUE(Verify({.signatures = By({Petra()}, Stronger(), 8, "")}).ok());
  EXPECT_TRUE(Verify({.files = GoodFiles(), .signatures = By({Jan()}, GoodFiles())}).ok());
  const auto two = Verify({.files = Weaker(), .signatures = By({Petra(), Jan()}, Weaker())});
  ASSERT_TRUE(two.ok()) << two.status();
  EXPECT_EQ(two->changes().judgement(), Judgement::kWeaker);
  EXPECT_EQ(two->manifest().version, 8);
  EXPECT_EQ(two->signatures().signatures.size(), 2u);
}

TEST(VerifyBundleTest, WeakerWithOneSignatureOrWithoutReasonWaits) {
  ExpectRefused({.files = Weaker(), .signatures = By({Petra()}, Weaker())},
                Code::kFailedPrecondition, "two officers sign; only p.devries@cbs.nl did");
  ExpectRefused({.files = Weaker(), .signatures = By({Petra(), Jan()}, Weaker(), 8, "")},
                Code::kFailedPrecondition, "p.devries@cbs.nl gave no reason");
  ExpectRefused({.files = Weaker(), .signatures = By({Petra(), Jan()}, Weaker(), 8, "  because  ")},
                Code::kFailedPrecondition, "gave no reason of 15 letters or more");
}

TEST(VerifyBundleTest, VersionsGoOneByOne) {
  for (const int64_t version : {1, 6, 7})
    ExpectRefused({.signatures = By({Petra()}, Stronger(), version)}, Code::kInvalidArgument,
                  "versions never go back");
  ExpectRefused({.signatures = By({Petra()}, Stronger(), 9)}, Code::kInvalidArgument,
                "leaves out version 8");
}

TEST(VerifyBundleTest, ItsTimeHasCome) {
  const std::string signatures = By({Petra()}, Stronger());
  ExpectRefused({.signatures = signatures, .now = "2026-10-31T23:59:59Z"},
                Code::kFailedPrecondition, "may hold from 2026-11-01T00:00:00Z on");
  EXPECT_TRUE(Verify({.signatures = signatures, .now = "2026-11-01T00:00:00Z"}).ok());
}

TEST(VerifyBundleTest, SignaturesThatDoNotCount) {
  const PolicyFiles files = Weaker();
  const PolicySignatures good = SignedBy({Petra(), Jan()}, files, 8);
  const auto with = [&](const std::function<void(PolicySignatures*)>& change) {
    PolicySignatures signatures = good;
    change(&signatures);
    return FormatSignatures(signatures);
  };
  struct Case {
    std::string signatures, message;
  };
  const OfficerKey stolen_id{Jan().officer, Petra().seed};  // petra signs in jan's name
  const std::string foreign = SignedBy({Jan()}, GoodFiles(), 8).signatures[0].signature;
  for (const Case& wrong : std::vector<Case>{
           {"", "not signed: there is no signatures.json"},
           {with([](auto* s) { s->signatures.clear(); }), "has no signatures"},
           {with([](auto* s) { s->signatures[1] = s->signatures[0]; }),
            "p.devries@cbs.nl signed twice"},
           {with([&](auto* s) { s->signatures[1] = Signed(stolen_id, s->manifest); }),
            "j.smit@cbs.nl signed with the key"},
           {with([&](auto* s) { s->signatures[1].signature = foreign; }),
            "the signature of j.smit@cbs.nl is not one over this manifest"},
           {with([](auto* s) { s->signatures[1].signature.clear(); }), "is not one over"},
           {with([](auto* s) { s->signatures[1].reason = "another reason, not the one signed"; }),
            "is not one over this manifest and reason"},
           {with([](auto* s) { s->signatures.push_back(Signed(Mallory(), s->manifest)); }),
            "'mallory@example.org' is no officer of the policy in force"}})
    ExpectRefused({.files = files, .signatures = wrong.signatures}, Code::kPermissionDenied,
                  wrong.message);
  ExpectRefused({.files = files, .signatures = "{}"}, Code::kInvalidArgument, "not a file of");
}

TEST(VerifyBundleTest, FilesAreTheOnesThatWereSigned) {
  const std::string signatures = By({Petra(), Jan()}, Stronger());
  ExpectRefused({.files = Weaker(), .signatures = signatures}, Code::kInvalidArgument,
                "rules/standard.yaml is not the file that was signed");
  PolicyFiles more = Stronger();
  more["rules/other.yaml"] = "rules: other\nextends: standard\n";
  ExpectRefused({.files = more, .signatures = signatures}, Code::kInvalidArgument,
                "rules/other.yaml was not signed");
  PolicyFiles fewer = Stronger();
  fewer.erase("indicators/schulden.yaml");
  ExpectRefused({.files = fewer, .signatures = signatures}, Code::kInvalidArgument,
                "indicators/schulden.yaml is missing");
  PolicyFiles tested = Stronger();
  tested["rules/standard_test.yaml"] =
      "test: a\nproject: heerlen\ndata: {huishouden: [{times: 3}]}\n"
      "queries: [{sql: SELECT 1, refused: BAD}]\n";
  EXPECT_TRUE(Verify({.files = tested, .signatures = By({Petra()}, tested)}).ok());
  ExpectRefused({.signatures = By({Petra()}, tested)}, Code::kInvalidArgument,
                "rules/standard_test.yaml is missing");
  ExpectRefused({.files = tested, .signatures = signatures}, Code::kInvalidArgument,
                "rules/standard_test.yaml was not signed");
}

TEST(VerifyBundleTest, ABundleCannotBringItsOwnOfficers) {
  PolicyFiles files = GoodFiles();
  files["officers.yaml"] += OfficerLine(Mallory(), "Mallory");
  ExpectRefused({.files = files, .signatures = By({Petra(), Mallory()}, files)},
                Code::kPermissionDenied, "'mallory@example.org' is no officer");
  EXPECT_TRUE(Verify({.files = files, .signatures = By({Petra(), Jan()}, files)}).ok());
  ExpectRefused({.files = files, .signatures = By({Petra()}, files)}, Code::kFailedPrecondition,
                "two officers sign");  // who can sign is more
}

// Three officers; whoever would cut the others off needs one of them.
TEST(VerifyBundleTest, OneOfficerCannotTakeTheSayFromTheOthers) {
  const auto officers = [](const std::string& until, bool mallory) {
    return "officers:\n" + OfficerLine(Petra(), "Petra") + OfficerLine(Jan(), "Jan", until) +
           (mallory ? OfficerLine(Mallory(), "Mallory") : "");
  };
  PolicyFiles before = GoodFiles();
  before["officers.yaml"] = officers("2036-12-31", true);
  for (const std::string& text : {officers("2036-12-31", false), officers("2026-11-28", true)}) {
    PolicyFiles files = before;
    files["officers.yaml"] = text;
    ExpectRefused({.files = files, .signatures = By({Petra()}, files), .in_force = before},
                  Code::kFailedPrecondition, "two officers sign; only p.devries@cbs.nl did");
    EXPECT_TRUE(
        Verify({.files = files, .signatures = By({Petra(), Jan()}, files), .in_force = before})
            .ok());
  }
}

TEST(VerifyBundleTest, AnExpiredOfficerSignsNothing) {
  PolicyFiles before = GoodFiles();
  before["officers.yaml"] =
      "officers:\n" + OfficerLine(Petra(), "Petra", "2026-11-26") + OfficerLine(Jan(), "Jan");
  ExpectRefused({.signatures = By({Petra()}, Stronger()), .in_force = before},
                Code::kPermissionDenied, "until 2026-11-26, and today is 2026-11-27");
  ExpectRefused({.signatures = By({Petra()}, Stronger()), .now = "2025-12-31T00:00:00Z"},
                Code::kFailedPrecondition, "may hold from");
}

TEST(VerifyBundleTest, OnePersonUnderTwoIdsIsOne) {
  PolicyFiles before = GoodFiles();
  before["officers.yaml"] = "officers:\n" + OfficerLine(Petra(), "Petra de Vries") +
                            OfficerLine({"petra@heerlen.nl", Mallory().seed}, "petra  de vries") +
                            OfficerLine(Jan(), "Jan");
  PolicyFiles files = Weaker();
  files["officers.yaml"] = before["officers.yaml"];
  const std::string twice = By({Petra(), {"petra@heerlen.nl", Mallory().seed}}, files);
  ExpectRefused({.files = files, .signatures = twice, .in_force = before}, Code::kPermissionDenied,
                "petra@heerlen.nl is a person who signed already");
  EXPECT_TRUE(
      Verify({.files = files, .signatures = By({Petra(), Jan()}, files), .in_force = before}).ok());
  ExpectRefused({.files = Weaker(),
                 .signatures = By({Petra(), Jan()}, Weaker()),
                 .person_of = [](const std::string&) { return std::string("petra"); }},
                Code::kPermissionDenied, "is a person who signed already");
}

TEST(VerifyBundleTest, SomebodyCanSignTheNextOne) {
  PolicyFiles files = GoodFiles();
  files["officers.yaml"] = "officers:\n" + OfficerLine(Petra(), "Petra");
  ExpectRefused({.files = files, .signatures = By({Petra(), Jan()}, files)},
                Code::kFailedPrecondition, "1 can sign on 2026-11-27");
  files.erase("officers.yaml");
  ExpectRefused({.files = files, .signatures = By({Petra(), Jan()}, files)},
                Code::kFailedPrecondition, "0 can sign");
}

}  // namespace
}  // namespace kluis
