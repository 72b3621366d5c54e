// F30 of the test plan: every call of every service, by everyone, on what is one's own, another's
// and not there, in a project that is valid and in one that is not, with certificates that hold and
// that do not. The calls come from the descriptors: one that has no row here fails.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "kluis/v1/operator.pb.h"
#include "server/rpc/operator_client.h"
#include "tests/server/rpc/generic_call.h"
#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using Code = grpc::StatusCode;
using Channel = std::shared_ptr<grpc::Channel>;
using Method = google::protobuf::MethodDescriptor;

// What a row says of each of these, in this order:
//   anna, who asked; ben, a member of her project; eve, of another project; bea, a reviewer; jan, a
//   reviewer who is a member of anna's project; po, a privacy officer; op, an operator.
constexpr const char* kPeople[] = {"anna", "ben", "eve", "bea", "jan", "po", "op"};
// S passes and sees what is anna's; p passes and sees nothing of it; s passes, but the case does
// not take it now, or the policy is none; r the role may not; u as if it were not there; c close to the case; n the answer
// is a refusal, as if the project were not there; e the answer is that the project has ended; - the
// call is not on this port.
struct Row {
  const char* method;
  std::string request;  // CASE and INDEX: of a request of anna's that is held
  const char* valid;
  const char* expired = "";  // where another outcome is due when anna's project has ended
};

std::vector<Row> Rows() {
  const std::string held = "name: 'cases/CASE' ";
  const std::string why = "reason: 'looked at it with care' ";
  const std::string said = held + "text: 'looked at it with care'";
  const std::string sql =
      "sql: 'SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht' project: 'projects/toy' ";
  return {
      {"EnclaveService.GetCaller", "", "SSppSpp"},
      {"EnclaveService.ListDatasets", "", "SSppSpp", "ppppppp"},
      {"EnclaveService.GetDataset", "name: 'datasets/toy'", "SSuuSuu", "uuuuuuu"},
      {"EnclaveService.RunQuery", sql, "ppnrrrr", "eenrrrr"},
      {"EnclaveService.RunQuery", sql + "validate_only: true", "ppnrrrr", "eenrrrr"},
      {"EnclaveService.ListReleases", "", "SppSSpp"},
      {"EnclaveService.GetRelease", "name: 'releases/CASE'", "SuuSSuu"},
      {"LogService.GetCheckpoint", "", "ppppppp"},
      {"LogService.ListEntries", "", "ppppppp"},
      {"LogService.GetConsistencyProof", "first_size: 1 second_size: INDEX", "ppppppp"},
      {"ReviewService.ListCases", "", "SppSSSr"},
      {"ReviewService.GetCase", held, "SuuSSSr"},
      {"ReviewService.GetCase", held + "figures: true", "rrrScrr"},
      {"ReviewService.Claim", held, "rrrScrr"},
      {"ReviewService.Vote", held + why + "vote: 'deny' code: 'QUALITY'", "rrrScrr"},
      {"ReviewService.Vote", held + why + "vote: 'request changes'", "rrrScrr"},
      {"ReviewService.Vote", held + why + "vote: 'approve'", "rrrscrr"},
      {"ReviewService.Comment", said, "rrrScrr"},
      {"ReviewService.Reopen", held + why, "rrrscrr"},
      {"ReviewService.Reply", said, "suurrrr"},
      {"ReviewService.Withdraw", held, "Suurrrr"},
      {"ReviewService.Recall", held + why, "rrrscrr"},
      {"ReviewService.MakePrecedent", held + why + "until: '2036-01-01'", "rrrscrr"},
      {"ReviewService.EndPrecedent", held + why, "rrrscrr"},
      {"ReviewService.Confirm", held + why, "rrrscrr"},
      {"ReviewService.ListPrecedents", "", "rrrpppr"},
      {"ReviewService.GetReport", "", "rrrpppr"},
      {"ReviewService.WatchCases", "", "SppSpSr"},
      {"ReviewService.ListRecalls", "", "ppppppp"},
      {"SealedLogService.SearchRequests", "", "rrrSSrr"},
      {"SealedLogService.GetSealedEntry", "index: INDEX", "rrrScrr"},
      {"SealedLogService.GetCellProof", "index: INDEX", "rrrscrr"},
      {"SealedLogService.ReplayRequest", "index: INDEX", "rrrpcrr"},
      {"PolicyService.ProposePolicy", "head {comment: 'none'}", "rrrrrsr"},
      {"PolicyService.ProposeRollback", "version: 99", "rrrrrur"},
      {"PolicyService.ListProposals", "", "rrrrrpr"},
      {"PolicyService.GetProposal", "id: 'none'", "rrrrrur"},
      {"PolicyService.GetProposalFiles", "id: 'none'", "rrrrrur"},
      {"PolicyService.ApproveProposal", "id: 'none'", "rrrrrur"},
      {"PolicyService.ActivateProposal", "id: 'none'", "rrrrrur"},
      {"PolicyService.ReplayPolicy", "head {}", "rrrrrpr"},
      {"PolicyService.StartShadow", "head {days: 3}", "rrrrrpr"},
      {"PolicyService.GetShadow", "", "rrrrrpr"},
      {"PolicyService.StopShadow", "", "rrrrrpr"},
      {"PolicyService.GetPolicyHistory", "", "rrrpppp"},
      {"OperatorService.ImportDataset", "", "-------"},
      {"OperatorService.AddUser", "", "-------"},
      {"OperatorService.RevokeUser", "id: 'anna@heerlen.nl'", "-------"},
      {"OperatorService.RemoveSealed", "before_day: '2016-01-01'", "-------"},
  };
}

// "EnclaveService.GetCaller" -> its descriptor.
std::map<std::string, const Method*> MethodsByName() {
  std::map<std::string, const Method*> methods;
  for (const Method* method : AllMethods())
    methods[absl::StrCat(method->service()->name(), ".", method->name())] = method;
  return methods;
}

TEST(AccessMatrixTest, EveryMethodHasARow) {
  (void)v1::AddUserRequest::descriptor();  // links the operator's messages
  std::set<std::string> in_rows, in_protos;
  for (const Row& row : Rows()) {
    in_rows.insert(row.method);
    EXPECT_EQ(std::string(row.valid).size(), std::size(kPeople)) << row.method;
    EXPECT_TRUE(*row.expired == 0 || std::string(row.expired).size() == std::size(kPeople));
  }
  for (const auto& [name, method] : MethodsByName()) in_protos.insert(name);
  EXPECT_EQ(in_rows, in_protos) << "say in Rows() who may call it";
}

struct Target {
  std::string id;
  uint64_t index;
};

class Matrix {
 public:
  Matrix() : desk_("matrix"), methods_(MethodsByName()) {
    desk_.served.ImportToy("yot");
    SetProjects("2036-11-28");
    people_["anna"] = desk_.anna;
    people_["ben"] = desk_.User("ben@heerlen.nl", "researcher");
    people_["eve"] = desk_.User("eve@kerkrade.nl", "researcher");
    people_["bea"] = desk_.User("bea@cbs.nl", "reviewer");
    people_["jan"] = desk_.User("jan@cbs.nl", "reviewer");
    people_["po"] = desk_.User("po@cbs.nl", "privacy-officer");
    people_["op"] = desk_.User("op@cbs.nl", "operator");
    AddTarget();
    Ask("ben", "toy", "n");  // so that each of them has something to watch
    Ask("eve", "yot", "n");
  }

  // A request of anna's for each row, and then the end of her project.
  void MakeTargets(bool expired) {
    SetProjects("2036-11-28");
    targets_.clear();
    for (size_t i = 0; i < Rows().size(); ++i) AddTarget();
    if (expired) SetProjects("2026-11-21");
  }

  Reply Call(const Row& row, const Channel& channel, const Target& target) const {
    const Method& method = *methods_.at(row.method);
    const std::string text = absl::StrReplaceAll(
        row.request, {{"CASE", target.id}, {"INDEX", std::to_string(target.index)}});
    return CallMethod(channel, method, RequestBytes(method, text), method.name() == "WatchCases");
  }

  // Of anna's requests, her project and her data, whatever it is.
  bool SeesAnnas(const Reply& reply) const {
    const std::string bytes = reply.bytes();
    return std::any_of(marks_.begin(), marks_.end(),
                       [&](const std::string& mark) { return absl::StrContains(bytes, mark); });
  }

  const Target& target(size_t row) const { return targets_[row]; }
  const Channel& Of(const std::string& person) const { return people_.at(person); }
  ReviewWorkshop& desk() { return desk_; }

 private:
  void SetProjects(const std::string& until) {
    const std::string policies = desk_.served.enclave().paths().policies();
    const auto project = [&](const std::string& name, const std::string& members) {
      std::ofstream(policies + "/projects/" + name + ".yaml")
          << "project: " << name << "\npurpose: {nl: doel van " << name
          << ", en: Test}\norganisation: test\n"
          << "members: [" << members
          << "]\nvalid: {from: 2016-11-28, until: " << (name == "toy" ? until : "2036-11-28")
          << "}\nrules: held\ngrants:\n  - {dataset: " << name << ", variables: [geslacht]}\n";
    };
    project("toy", "anna@heerlen.nl, ben@heerlen.nl, jan@cbs.nl");
    project("yot", "eve@kerkrade.nl");
    const absl::Status loaded = desk_.served.enclave().ReloadPolicies();
    EXPECT_TRUE(loaded.ok()) << loaded;
  }

  void AddTarget() {
    targets_.push_back(Ask("anna", "toy", "van_anna"));
    marks_.insert(targets_.back().id);
  }

  Target Ask(const std::string& who, const std::string& project, const std::string& alias) {
    v1::RunQueryRequest request;
    request.set_sql(absl::StrCat("SELECT geslacht, COUNT(*) AS ", alias, " FROM ", project,
                                 " GROUP BY geslacht"));
    request.set_project("projects/" + project);
    grpc::ClientContext context;
    const auto stub = v1::EnclaveService::NewStub(people_.at(who));
    const auto reader = stub->RunQuery(&context, request);
    const auto answer = ReviewWorkshop::AnswerOf(*reader);
    EXPECT_EQ(answer["status"], "held") << answer;
    return {answer["release"], desk_.served.enclave().ledger().size() - 1};
  }

  ReviewWorkshop desk_;
  std::map<std::string, const Method*> methods_;
  std::map<std::string, Channel> people_;
  std::vector<Target> targets_;
  std::set<std::string> marks_ = {"anna@heerlen", "van_anna", "datasets/toy", "doel van toy"};
};

// The answer of a query without what differs from one to the next.
std::string AnswerIn(const Reply& reply) {
  std::string text;
  for (const std::string& bytes : reply.messages) {
    v1::RunQueryResponse part;
    if (part.ParseFromString(bytes)) text += part.answer_chunk();
  }
  auto answer = nlohmann::json::parse(text, nullptr, false);
  if (answer.is_object()) answer.erase("release");
  return answer.dump();
}

// All that a refusal says, with the names that were asked for taken out.
std::string Said(const Reply& reply, const Target& asked) {
  return absl::StrReplaceAll(
      absl::StrCat(reply.status.error_code(), " ", reply.status.error_message(), " ",
                   reply.status.error_details(), reply.bytes()),
      {{asked.id, "CASE"}, {"toy", "NAME"}, {"uvw", "NAME"}});
}

char OutcomeOf(const Reply& reply, const Matrix& matrix) {
  const std::string reason = reply.status.ok() ? "" : ReasonOf(reply.status);
  switch (reply.status.error_code()) {
    case Code::OK: {
      const std::string answer = AnswerIn(reply);
      if (absl::StrContains(answer, "PROJECT_EXPIRED")) return 'e';
      if (absl::StrContains(answer, "NOT_A_MEMBER")) return 'n';
      return matrix.SeesAnnas(reply) ? 'S' : 'p';
    }
    case Code::PERMISSION_DENIED:
      return reason == "ROLE_MAY_NOT" ? 'r' : reason == "OWN_REQUEST" ? 'c' : '?';
    case Code::NOT_FOUND:
      return reason == "NOT_IN_THE_LOG" ? 's' : 'u';
    case Code::FAILED_PRECONDITION:
      return 's';
    case Code::INVALID_ARGUMENT:
      return reason == "POLICY_NOT_RIGHT" ? 's' : '?';
    case Code::UNIMPLEMENTED:
      return '-';
    default:
      return '?';
  }
}

// ben sees his project, not anna's requests: what he may see is his own.
bool Fits(char due, char outcome, const std::string& who) {
  return outcome == due || (who == "ben" && due == 'S' && outcome == 'p');
}

TEST(AccessMatrixTest, EveryoneMayDoWhatTheTableSaysAndNothingElse) {
  Matrix matrix;
  const std::vector<Row> rows = Rows();
  int cells = 0;
  std::set<std::string> denials;
  for (const bool expired : {false, true}) {
    matrix.MakeTargets(expired);
    for (size_t r = 0; r < rows.size(); ++r) {
      const Row& row = rows[r];
      const std::string due = expired && *row.expired != 0 ? row.expired : row.valid;
      for (size_t p = 0; p < std::size(kPeople); ++p) {
        const std::string who = kPeople[p];
        const Target& target = matrix.target(r);
        const Reply reply = matrix.Call(row, matrix.Of(who), target);
        ++cells;
        EXPECT_TRUE(Fits(due[p], OutcomeOf(reply, matrix), who))
            << row.method << " {" << row.request << "}, " << who << (expired ? ", expired" : "")
            << ": due " << due[p] << ", is " << OutcomeOf(reply, matrix) << ", "
            << reply.status.error_code() << " " << reply.status.error_message();
        if (due[p] == 'r') denials.insert(Said(reply, target));
        EXPECT_TRUE(due[p] == 'S' || due[p] == 'p' || due[p] == 'e' || due[p] == 'n' ||
                    reply.messages.empty())
            << row.method << ", " << who << ": messages before a refusal";
      }
    }
  }
  EXPECT_EQ(denials.size(), 1u) << "what a role may not is said in one way";
  EXPECT_EQ(cells, 2 * static_cast<int>(rows.size() * std::size(kPeople)));
  std::printf("%d cells\n", cells);
}

// Of equal length, so that the sizes can be compared too.
TEST(AccessMatrixTest, WhatIsNotOnesOwnAndWhatIsNotThereAreTheSame) {
  Matrix matrix;
  int compared = 0;
  for (const Row& row : Rows()) {
    const Target there = matrix.target(0);
    const Target nowhere = {std::string(there.id.rbegin(), there.id.rend()), there.index};
    Row unknown = row;
    unknown.request = absl::StrReplaceAll(row.request, {{"/toy'", "/uvw'"}});
    for (size_t p = 0; p < std::size(kPeople); ++p) {
      if (std::string("urn").find(row.valid[p]) == std::string::npos) continue;
      const Reply mine = matrix.Call(row, matrix.Of(kPeople[p]), there);
      const Reply none = matrix.Call(unknown, matrix.Of(kPeople[p]), nowhere);
      ++compared;
      if (row.valid[p] == 'n') {
        EXPECT_EQ(AnswerIn(mine), AnswerIn(none)) << row.method << ", " << kPeople[p];
      } else {
        EXPECT_EQ(Said(mine, there), Said(none, nowhere)) << row.method << ", " << kPeople[p];
      }
    }
  }
  EXPECT_GT(compared, 80);
}

// Of each role one who is revoked, one whose certificate has run out, one with an older
// certificate, one with a certificate that nobody registered, and one of another authority.
std::map<std::string, Channel> Strangers(ServedEnclave& served) {
  Enclave& enclave = served.enclave();
  const auto foreign = *MakeAuthority("localhost");
  std::map<std::string, Channel> strangers = {{"no certificate", served.Connect({})}};
  for (const char* role : {"researcher", "reviewer", "privacy-officer", "operator"}) {
    const auto id = [&](const char* what) { return absl::StrCat(what, ".", role, "@x.nl"); };
    const auto issue = [&](const char* what, Validity validity, const KeyAndCertificate& by) {
      strangers[id(what)] =
          served.Connect(*IssueClientCertificate(by, {UserUri("localhost", id(what))}, validity));
    };
    strangers[id("revoked")] = served.Connect(served.Add(id("revoked"), role));
    EXPECT_TRUE(enclave.RevokeUser(id("revoked")).ok());
    strangers[id("older")] = served.Connect(served.Add(id("older"), role));
    EXPECT_TRUE(enclave.RevokeUser(id("older")).ok());
    served.Add(id("older"), role);
    served.Add(id("expired"), role), issue("expired", {-7200, -3600}, enclave.authority());
    served.Add(id("early"), role), issue("early", {3600, 7200}, enclave.authority());
    served.Add(id("foreign"), role), issue("foreign", {}, foreign);
    issue("unknown", {}, enclave.authority());
  }
  return strangers;
}

TEST(AccessMatrixTest, WhoseCertificateDoesNotHoldGetsNothingAnywhere) {
  Matrix matrix;
  const auto strangers = Strangers(matrix.desk().served);
  const Target target = matrix.target(0);
  std::set<std::string> said;
  int cells = 0;
  for (const Row& row : Rows()) {
    for (const auto& [who, channel] : strangers) {
      const Reply reply = matrix.Call(row, channel, target);
      ++cells;
      EXPECT_TRUE(reply.messages.empty()) << row.method << ", " << who;
      const Code code = reply.status.error_code();
      if (code == Code::UNAVAILABLE) continue;  // the handshake failed
      if (row.valid[0] == '-') {
        EXPECT_EQ(code, Code::UNIMPLEMENTED) << row.method << ", " << who;
        continue;
      }
      EXPECT_EQ(code, Code::UNAUTHENTICATED) << row.method << ", " << who;
      said.insert(Said(reply, target));
    }
  }
  EXPECT_EQ(said.size(), 1u) << "why a certificate does not hold is said to nobody";
  EXPECT_GT(cells, 800);
}

// The other two doors: the operator's socket has the operator's calls alone, the admin port none.
TEST(AccessMatrixTest, NoOtherDoorLeadsToACall) {
  Matrix matrix;
  ServedEnclave& served = matrix.desk().served;
  const auto insecure = grpc::InsecureChannelCredentials();
  const auto admin = grpc::CreateChannel(served.server().admin_address(), insecure);
  const auto socket =
      grpc::CreateChannel(SocketAddress(served.enclave().paths().socket()), insecure);
  for (const Row& row : Rows()) {
    const Target target = matrix.target(0);
    EXPECT_EQ(matrix.Call(row, admin, target).status.error_code(), Code::UNIMPLEMENTED)
        << row.method;
    if (row.valid[0] == '-') continue;
    EXPECT_EQ(matrix.Call(row, socket, target).status.error_code(), Code::UNIMPLEMENTED)
        << row.method;
  }
}

}  // namespace
}  // namespace kluis
