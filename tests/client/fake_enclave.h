// A server of the wire format with one log entry, over TLS. Leaves out: client certificates,
// policies, data. What it answers is what the test puts into it; other services may stand beside
// it.
#ifndef KLUIS_TESTS_CLIENT_FAKE_ENCLAVE_H_
#define KLUIS_TESTS_CLIENT_FAKE_ENCLAVE_H_

#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/signed_note.h"
#include "disclosure/evidence/tlog_proof.h"
#include "kluis/v1/enclave.grpc.pb.h"

namespace kluis {

inline std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class FakeEnclave final : public v1::EnclaveService::Service, public v1::LogService::Service {
 public:
  explicit FakeEnclave(const std::string& folder, const std::vector<grpc::Service*>& more = {})
      : signer_(*NoteSigner::FromSeed("kluis.test", std::string(32, 7))) {
    const std::string make = absl::StrCat(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=localhost -addext "
        "subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ",
        folder, "/key -out ", folder, "/cert 2>/dev/null");
    if (std::system(make.c_str()) != 0) std::abort();
    key_ = Slurp(folder + "/key"), certificate_ = Slurp(folder + "/cert");
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({key_, certificate_});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
    builder.RegisterService(static_cast<v1::EnclaveService::Service*>(this));
    builder.RegisterService(static_cast<v1::LogService::Service*>(this));
    for (grpc::Service* service : more) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    leaves_.push_back(Leaf("open", kNoHash));
  }
  ~FakeEnclave() override { Stop(); }

  void Stop() {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now()), server_.reset();
  }
  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  std::string log_key() const { return signer_.verifier().ToString(); }
  std::string Bundle() const {
    return nlohmann::json({{"server", address()},
                           {"ca", certificate_},
                           {"key", key_},
                           {"certificate", certificate_},
                           {"log_key", log_key()}})
        .dump();
  }
  // The log as it would be had its last entry been another one.
  void Rewrite() { leaves_.back() = Leaf("key", kNoHash, leaves_.size() - 1); }

  // A new entry that commits to this sealed part, and its proof.
  struct Placed {
    uint64_t index;
    std::string entry, proof;
  };
  Placed Append(const std::string& sealed_sha256) {
    Entry entry = *ParseEntry(Leaf("request", kNoHash));
    entry.sealed = sealed_sha256;
    leaves_.push_back(*FormatEntry(entry));
    return {leaves_.size() - 1, leaves_.back(),
            FormatTlogProof({leaves_.size() - 1, Inclusion(), Note()})};
  }

  std::string answer;                         // RunQuery's
  grpc::Status error = grpc::Status::OK;      // of every call that can fail
  int failures = 1'000'000;                   // how often `error` is given
  grpc::Status log_error = grpc::Status::OK;  // of GetCheckpoint()
  bool with_receipt = true;
  int flip_answer_byte = -1;  // damaged on the way
  std::string role = "researcher";
  v1::ListReleasesResponse releases;
  std::vector<std::string> request_ids;
  std::string sql;  // of the last query
  v1::Model model;  // of the last model

  grpc::Status GetCaller(grpc::ServerContext*, const v1::GetCallerRequest*,
                         v1::Caller* caller) override {
    if (Failing()) return error;
    caller->set_id("anna@heerlen.nl"), caller->set_role(role),
        caller->set_organisation("gemeente-heerlen");
    v1::ProjectSummary* project = caller->add_projects();
    project->set_name("projects/heerlen"), project->set_purpose_en("Debts\x1b[31m");
    return grpc::Status::OK;
  }
  grpc::Status ListDatasets(grpc::ServerContext*, const v1::ListDatasetsRequest*,
                            v1::ListDatasetsResponse* out) override {
    if (Failing()) return error;
    out->add_datasets()->set_name("datasets/persoon");
    return grpc::Status::OK;
  }
  grpc::Status GetDataset(grpc::ServerContext*, const v1::GetDatasetRequest* request,
                          v1::Dataset* out) override {
    if (Failing()) return error;
    out->set_name(request->name());
    v1::Variable* buurt = out->add_variables();
    buurt->set_name("buurt"), buurt->set_role("dimension");
    for (const char* level : {"gemeente", "wijk", "buurt"}) buurt->add_levels(level);
    return grpc::Status::OK;
  }
  grpc::Status RunQuery(grpc::ServerContext*, const v1::RunQueryRequest* request,
                        grpc::ServerWriter<v1::RunQueryResponse>* writer) override {
    request_ids.push_back(request->request_id());
    sql = request->sql();
    model = request->model();
    if (Failing()) return error;
    return Send(request->validate_only(), writer);
  }
  grpc::Status GetRelease(grpc::ServerContext*, const v1::GetReleaseRequest*,
                          grpc::ServerWriter<v1::RunQueryResponse>* writer) override {
    return Failing() ? error : Send(/*validate_only=*/false, writer);
  }
  grpc::Status ListReleases(grpc::ServerContext*, const v1::ListReleasesRequest*,
                            v1::ListReleasesResponse* out) override {
    *out = releases;
    return Failing() ? error : grpc::Status::OK;
  }
  grpc::Status Send(bool validate_only, grpc::ServerWriter<v1::RunQueryResponse>* writer) {
    v1::RunQueryResponse progress, chunk, receipt;
    progress.mutable_progress()->set_stage("engine");
    writer->Write(progress);
    std::string sent = answer;
    if (flip_answer_byte >= 0) sent[flip_answer_byte] ^= 1;
    for (size_t at = 0; at < sent.size(); at += 100) {
      chunk.set_answer_chunk(sent.substr(at, 100));
      writer->Write(chunk);
    }
    if (!with_receipt || validate_only) return grpc::Status::OK;
    const std::string salt(32, 's');
    leaves_.push_back(Leaf("request", ToHex(Commitment(salt, answer))));
    receipt.mutable_receipt()->set_entry(leaves_.back());
    receipt.mutable_receipt()->set_answer_salt(salt);
    receipt.mutable_receipt()->set_proof(
        FormatTlogProof({leaves_.size() - 1, Inclusion(), Note()}));
    writer->Write(receipt);
    return grpc::Status::OK;
  }
  grpc::Status GetCheckpoint(grpc::ServerContext*, const v1::GetCheckpointRequest*,
                             v1::Checkpoint* out) override {
    if (!log_error.ok()) return log_error;
    out->set_note(Note());
    return grpc::Status::OK;
  }
  grpc::Status ListEntries(grpc::ServerContext*, const v1::ListEntriesRequest* request,
                           grpc::ServerWriter<v1::Entry>* writer) override {
    for (uint64_t i = request->start(); i < request->end(); ++i) {
      v1::Entry entry;
      entry.set_index(i), entry.set_leaf(leaves_[i]);
      writer->Write(entry);
    }
    return grpc::Status::OK;
  }
  grpc::Status GetConsistencyProof(grpc::ServerContext*,
                                   const v1::GetConsistencyProofRequest* request,
                                   v1::ConsistencyProof* out) override {
    const auto proof = ConsistencyProof(request->first_size(), request->second_size(), Reader());
    if (!proof.ok() || request->second_size() > leaves_.size())
      return {grpc::StatusCode::INVALID_ARGUMENT, "no such size"};
    for (const std::string& hash : *proof) out->add_hashes(hash);
    return grpc::Status::OK;
  }

 private:
  bool Failing() { return !error.ok() && failures-- > 0; }
  std::string Leaf(const char* type, const std::string& answer_hash,
                   uint64_t index = ~uint64_t{0}) {
    Entry entry;
    entry.index = index == ~uint64_t{0} ? leaves_.size() : index;
    entry.type = type, entry.time = "2026-11-22T22:20:00Z", entry.policy = kNoHash,
    entry.answer = answer_hash;
    entry.snapshot = entry.type == "request" ? EmptyCatalogue() : kNoHash;
    entry.sealed = ToHex(Sha256(absl::StrCat(leaves_.size())));
    return *FormatEntry(entry);
  }
  // Straight from the definition: every subtree is hashed again.
  NodeReader Reader() {
    return [this](int level, uint64_t index) -> absl::StatusOr<std::string> {
      if (level == 0) return LeafHash(leaves_[index]);
      return NodeHash(*Reader()(level - 1, 2 * index), *Reader()(level - 1, 2 * index + 1));
    };
  }
  std::vector<std::string> Inclusion() {
    return *InclusionProof(leaves_.size() - 1, leaves_.size(), Reader());
  }
  std::string Note() {
    return signer_.Sign(
        FormatCheckpoint({"kluis.test", leaves_.size(), *RootHash(leaves_.size(), Reader())}));
  }

  NoteSigner signer_;
  std::string key_, certificate_;
  int port_ = 0;
  std::vector<std::string> leaves_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_CLIENT_FAKE_ENCLAVE_H_
