#include "server/rpc/log_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/recorded_call.h"

namespace kluis {
namespace {

constexpr uint64_t kBatch = 1000;

grpc::Status OutOfLog(uint64_t size) {
  return MakeError(grpc::StatusCode::OUT_OF_RANGE, "OUTSIDE_THE_LOG",
                   absl::StrCat("the log has ", size,
                                " entries; a range has its start before its end within them"));
}

}  // namespace

grpc::Status LogService::GetCheckpoint(grpc::ServerContext* context,
                                       const v1::GetCheckpointRequest*, v1::Checkpoint* response) {
  return Recorded(*context, core_, "GetCheckpoint", [&](const Caller&, CallFacts*) {
    const Ledger& ledger = core_.enclave.ledger();
    response->set_note(ledger.checkpoint());
    response->set_cosigned(ledger.cosigned());
    response->set_removed(ledger.removed());
    return grpc::Status::OK;
  });
}

grpc::Status LogService::ListEntries(grpc::ServerContext* context,
                                     const v1::ListEntriesRequest* request,
                                     grpc::ServerWriter<v1::Entry>* writer) {
  return Recorded(*context, core_, "ListEntries", [&](const Caller&, CallFacts*) {
    const uint64_t size = core_.enclave.ledger().size();
    const uint64_t end = request->end() == 0 ? size : request->end();
    if (request->start() > end || end > size) return OutOfLog(size);
    for (uint64_t index = request->start(); index < end && !context->IsCancelled();) {
      const auto leaves = core_.enclave.ledger().Leaves(index, std::min(end, index + kBatch));
      if (!leaves.ok()) return ToClientError(leaves.status());
      if (leaves->empty()) return ToClientError(absl::DataLossError("the log gave no entries"));
      for (const std::string& leaf : *leaves) {
        v1::Entry entry;
        entry.set_index(index++);
        entry.set_leaf(leaf);
        if (!writer->Write(entry)) return ToClientError(absl::CancelledError("client"));
      }
      Caller caller;  // who was revoked in the meantime gets no more
      const grpc::Status status = Identify(*context, core_, "ListEntries", &caller);
      if (!status.ok()) return status;
    }
    return grpc::Status::OK;
  });
}

grpc::Status LogService::GetConsistencyProof(grpc::ServerContext* context,
                                             const v1::GetConsistencyProofRequest* request,
                                             v1::ConsistencyProof* response) {
  return Recorded(*context, core_, "GetConsistencyProof", [&](const Caller&, CallFacts*) {
    const uint64_t size = core_.enclave.ledger().size();
    if (request->first_size() > request->second_size() || request->second_size() > size)
      return OutOfLog(size);
    const auto proof =
        core_.enclave.ledger().ConsistencyProof(request->first_size(), request->second_size());
    if (!proof.ok()) return ToClientError(proof.status());
    for (const std::string& hash : *proof) response->add_hashes(hash);
    return grpc::Status::OK;
  });
}

}  // namespace kluis
