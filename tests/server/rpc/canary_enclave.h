// A served enclave whose microdata are full of canaries, with the real engine.
#ifndef KLUIS_TESTS_SERVER_RPC_CANARY_ENCLAVE_H_
#define KLUIS_TESTS_SERVER_RPC_CANARY_ENCLAVE_H_

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "kluis/v1/enclave.grpc.pb.h"
#include "server/catalogue/pseudonym.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/init.h"
#include "server/engine/engine.h"
#include "server/release/pipeline.h"
#include "server/rpc/journal.h"
#include "server/rpc/server.h"
#include "server/rpc/worker_pool.h"
#include "tests/server/rpc/canary_finder.h"

namespace kluis {

// Does what the test says at this moment. Not for calls at once.
class SwitchedEngine : public Engine {
 public:
  using Run_ = std::function<absl::StatusOr<AggregateTable>(const AggregationPlan&,
                                                            const std::atomic<bool>*)>;
  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan,
                                     const std::atomic<bool>* cancelled) override {
    return run(plan, cancelled);
  }
  Run_ run;
};

// Standard error goes to a file while it lives: the journal of a server in this process.
class JournalFile {
 public:
  explicit JournalFile(std::string path) : path_(std::move(path)), own_(::dup(STDERR_FILENO)) {
    const int fd = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
  }
  ~JournalFile() {
    ::dup2(own_, STDERR_FILENO);
    ::close(own_);
  }
  JournalFile(const JournalFile&) = delete;  // one standard error
  JournalFile& operator=(const JournalFile&) = delete;
  std::string Text() const { return *ReadFile(path_); }

 private:
  std::string path_;
  int own_;
};

// Datasets with the names of the query corpus. Every identifier and every measure is a canary: none
// of them may be in an answer, an error, the journal, or a file of the enclave.
class CanaryEnclave {
 public:
  explicit CanaryEnclave(const std::string& name) {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    home_ = ::testing::TempDir() + "/canary-" + name;
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(source() + "/codes");
    Good(InitEnclave({.dir = dir()}, [](const std::string&) {}));
    pseudonymizer_ = std::make_unique<Pseudonymizer>(*ReadFile(dir() + "/keys/pseudonym.key"));
    finder.AddText("CANARY-CODE");
    finder.AddText("CANARY-NOTE");
    journal_ = std::make_unique<JournalFile>(home_ + "/journal");
    Serve();
  }
  ~CanaryEnclave() {
    server_.reset();
    journal_.reset();
    std::filesystem::remove_all(home_);
  }

  std::string dir() const { return home_ + "/enclave"; }
  std::string bundle() const { return home_ + "/anna.bundle"; }
  const std::string& home() const { return home_; }
  Enclave& enclave() { return *enclave_; }
  const JournalFile& journal() const { return *journal_; }
  std::string FileOf(const std::string& dataset) const {
    return enclave_->catalogue()->datasets.at(dataset).file;
  }

  EngineOptions Options() const {
    EngineOptions options;
    options.data_key = enclave_->data_key();
    options.temp_directory = enclave_->paths().temporary();
    options.operator_log = [](const std::string& line) { Journal("engine", {{"message", line}}); };
    return options;
  }
  // A fresh engine for each query, so that it reads the files of this moment.
  static SwitchedEngine::Run_ Fresh(const EngineOptions& options,
                                    const std::function<void(AggregationPlan*)>& change = nullptr) {
    return [options, change](const AggregationPlan& plan, const std::atomic<bool>* cancelled) {
      AggregationPlan changed = plan;
      if (change) change(&changed);
      return (*NewDuckDbEngine(options))->Run(changed, cancelled);
    };
  }

  std::shared_ptr<grpc::Channel> Connect() const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = enclave_->authority().certificate_pem;
    options.pem_private_key = anna_.key_pem;
    options.pem_cert_chain = anna_.certificate_pem;
    return grpc::CreateChannel(server_->address(), grpc::SslCredentials(options));
  }

  SwitchedEngine engine;
  CanaryFinder finder;

 private:
  static void Good(const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; }
  std::string source() const { return home_ + "/policies"; }

  void Serve() {
    enclave_ = std::move(*Enclave::Open(dir()));
    WriteSources();
    for (const char* dataset : {"huishouden", "persoon", "bedrijf", "t"}) {
      const auto report =
          enclave_->Import(source() + "/" + dataset + ".yaml", [](const std::string&) {});
      Good(report.status());
      if (report.ok()) finder.Search("import", *report);
    }
    WritePolicies();
    Good(enclave_->PutInForce("test"));
    PipelineOptions options;
    options.remembered_values = 0;  // every question runs
    options.build = "test";
    options.cost_key = enclave_->cost_key();
    options.today = [] { return std::string("2026-11-22"); };
    pipeline_ = std::make_unique<ReleasePipeline>(engine, enclave_->ledger(), options);
    engine.run = Fresh(Options());
    server_ = std::move(
        *RpcServer::Start({.listen = "127.0.0.1:0", .admin = ""}, *enclave_, *pipeline_, workers_));
    enclave_->SetAddress(server_->address());
    const std::string bundle_text = *enclave_->AddUser({"anna@heerlen.nl", "researcher", "test"});
    Good(WritePrivateFile(bundle(), bundle_text));
    const auto parsed = nlohmann::json::parse(bundle_text);
    anna_ = {parsed["key"], parsed["certificate"]};
  }

  std::string Identifier(const std::string& kind, int number) {
    const std::string text = absl::StrCat("CANARY-", kind, "-", number);
    if (seen_.insert(text).second) {
      finder.AddText(text);
      finder.AddNumber(pseudonymizer_->Of(text));
    }
    return text;
  }

  // Eleven digits, so that no count and no sum of them looks like one.
  std::string Measure(int64_t hundredths) {
    finder.AddMeasure(hundredths);
    return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100);
  }
  std::string RandomMeasure() {
    return Measure(20'000'000'000 + static_cast<int64_t>(random_() % 40'000'000'000));
  }

  void WriteSources() {
    const std::string head = "\ntitle: {nl: X, en: X}\nperiod: \"2016\"\nunit: u\nweight: null\n";
    std::ofstream(source() + "/codes/buurt.csv")
        << "code,parent,level,label_nl,label_en\nGM0917,,1,Heerlen,Heerlen\nGM0928,,1,Kerkrade,"
           "Kerkrade\n"
           "WK091701,GM0917,2,A,A\nWK091702,GM0917,2,B,B\nWK092801,GM0928,2,C,C\nBU1,WK091701,3,D,"
           "D\n"
           "BU2,WK091701,3,E,E\nBU3,WK091702,3,F,F\nBU4,WK092801,3,G,G\n";
    std::ofstream(source() + "/persoon.yaml")
        << "dataset: persoon\nlineage: persoon\nsource: {file: persoon.csv}\nbad_rows: "
           "drop\ncontributor: [rin]"
        << head
        << "variables:\n  rin: {role: identifier}\n  hh: {role: identifier}\n"
           "  buurt: {role: dimension, kind: identifying, codes: codes/buurt.csv, levels: "
           "[gemeente, wijk, buurt]}\n"
           "  wijk: {role: dimension, kind: identifying, of: buurt, level: wijk}\n"
           "  gemeente: {role: dimension, kind: identifying, of: buurt, level: gemeente}\n"
           "  geslacht: {role: dimension, kind: identifying, values: [V, M], missing: [\"\"]}\n"
           "  leeftijd: {role: dimension, range: [0, 120], bands: {from: 0, to: 120, widths: [10, "
           "20]}}\n"
           "  schuld: {role: dimension, kind: confidential, values: [ja, nee], sensitive: [ja]}\n"
           "  inkomen: {role: measure, unit: EUR, decimals: 2}\n"
           "links:\n  huishouden: {key: [hh], to: huishouden, one: true}\n";
    std::ofstream persons(source() + "/persoon.csv"), homes(source() + "/huishouden.csv");
    persons << "rin,hh,buurt,geslacht,leeftijd,schuld,inkomen,opmerking\n";
    homes << "hh,inkomen\n";
    for (int i = 0; i < 600; ++i) {
      // The last neighbourhood has one person, whose income is nobody else's.
      const bool alone = i == 0;
      persons << Identifier("RIN", i) << "," << Identifier("HH", i / 2) << ",BU"
              << (alone ? 4 : 1 + i % 3) << "," << (i % 2 ? "V" : "M") << "," << random_() % 100
              << "," << (random_() % 9 ? "nee" : "ja") << ","
              << (alone ? Measure(61'874'203'955) : RandomMeasure()) << ",CANARY-NOTE\n";
      if (i % 2 == 0)
        homes << Identifier("HH", i / 2) << "," << (random_() % 2 ? "laag" : "hoog") << "\n";
    }
    persons << Identifier("RIN", 600) << ",CANARY-HH-1,CANARY-CODE,V,20,ja," << RandomMeasure()
            << ",\n";
    std::ofstream(source() + "/huishouden.yaml")
        << "dataset: huishouden\nlineage: huishouden\nsource: {file: huishouden.csv}\nbad_rows: "
           "refuse\n"
           "contributor: [hh]"
        << head
        << "variables:\n  hh: {role: identifier}\n  inkomen: {role: dimension, values: [laag, "
           "hoog]}\n";
    WriteBusinesses(head);
    std::ofstream(source() + "/t.yaml")
        << "dataset: t\nlineage: t\nsource: {file: t.csv}\nbad_rows: refuse\ncontributor: [id]"
        << head
        << "variables:\n  id: {role: identifier}\n  a: {role: dimension, values: [x, z]}\n"
           "  b: {role: dimension, values: [p, q]}\n  c: {role: dimension, values: [r, s]}\n";
    std::ofstream t(source() + "/t.csv");
    t << "id,a,b,c\n";
    for (int i = 0; i < 400; ++i)
      t << Identifier("ID", i) << ","
        << "xz"[random_() % 2] << ","
        << "pq"[random_() % 2] << ","
        << "rs"[random_() % 2] << "\n";
  }

  void WriteBusinesses(const std::string& head) {
    std::ofstream(source() + "/bedrijf.yaml")
        << "dataset: bedrijf\nlineage: bedrijf\nsource: {file: bedrijf.csv}\nbad_rows: refuse\n"
           "contributor: [bedrijf_id, holding_id]"
        << head
        << "variables:\n  bedrijf_id: {role: identifier}\n  holding_id: {role: identifier}\n"
           "  gemeente: {role: dimension, kind: identifying, values: [GM0917, GM0928]}\n"
           "  sbi: {role: dimension, kind: identifying, values: [A, B, C]}\n"
           "  omzet: {role: measure, unit: EUR, decimals: 2}\n";
    std::ofstream firms(source() + "/bedrijf.csv");
    firms << "bedrijf_id,holding_id,gemeente,sbi,omzet\n";
    for (int i = 0; i < 300; ++i) {
      // Sector C of GM0928 has one firm; the others of a sector share holdings.
      const bool alone = i == 0;
      firms << Identifier("FIRM", i) << "," << (i % 4 ? Identifier("HOLDING", i / 5) : "") << ","
            << (alone ? "GM0928,C" : absl::StrCat(i % 2 ? "GM0917," : "GM0928,", i % 3 ? "A" : "B"))
            << "," << (alone ? Measure(73'165'489'093) : RandomMeasure()) << "\n";
    }
  }

  void WritePolicies() const {
    const std::string standard = *ReadFile(dir() + "/policies/rules/standard.yaml");
    Good(WritePrivateFile(
        dir() + "/policies/rules/many.yaml",
        absl::StrReplaceAll(standard, {{"rules: standard", "rules: many"},
                                       {"queries_per_day: 500", "queries_per_day: 100000"}})));
    Good(WritePrivateFile(dir() + "/policies/projects/p.yaml",
                          "project: p\npurpose: {nl: Proef, en: Test}\norganisation: "
                          "test\nmembers: [anna@heerlen.nl]\n"
                          "valid: {from: 2016-11-28, until: 2036-11-28}\nrules: many\ngrants:\n"
                          "  - {dataset: persoon, variables: [hh, buurt, wijk, gemeente, geslacht, "
                          "leeftijd, schuld, inkomen]}\n"
                          "  - {dataset: huishouden, variables: [hh, inkomen]}\n"
                          "  - {dataset: bedrijf, variables: [holding_id, gemeente, sbi, omzet]}\n"
                          "  - {dataset: t, variables: [a, b, c]}\n"));
  }

  std::string home_;
  std::mt19937_64 random_{7};
  std::set<std::string> seen_;
  std::unique_ptr<Pseudonymizer> pseudonymizer_;
  std::unique_ptr<JournalFile> journal_;
  std::unique_ptr<Enclave> enclave_;
  WorkerPool workers_{2, 64};
  std::unique_ptr<ReleasePipeline> pipeline_;
  std::unique_ptr<RpcServer> server_;
  KeyAndCertificate anna_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_CANARY_ENCLAVE_H_
