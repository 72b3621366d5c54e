// Raw aggregates do not become a response, nor does a table that is not in the log yet.
// error: (invalid initialization of reference|no matching function|cannot convert)
#include "disclosure/protect/protected_table.h"
#include "server/rpc/query_stream.h"

grpc::Status Respond(const kluis::AggregateTable& raw, const kluis::ProtectedTable& unlogged,
                     const kluis::CommittedRelease& release, kluis::QueryWriter* writer) {
#ifndef KLUIS_GATE_OPEN
  (void)kluis::WriteRelease(unlogged, writer);
  return kluis::WriteRelease(raw, writer);
#else
  (void)raw;
  (void)unlogged;
  return kluis::WriteRelease(release, writer);
#endif
}
