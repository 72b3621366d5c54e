// The sealed part of a request's entry: built once, stored and hashed as these bytes.
#ifndef KLUIS_SERVER_LEDGER_SEALED_H_
#define KLUIS_SERVER_LEDGER_SEALED_H_

#include <string>

#include "absl/status/statusor.h"
#include "disclosure/base/refusal.h"
#include "disclosure/protect/protected_model.h"
#include "disclosure/protect/protected_table.h"
#include "kluis/v1/release.pb.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/ledger.h"

namespace kluis {

// Who asked what, under what, and the answer; no outcome yet.
v1::SealedRequest SealRequest(const ReleaseContext& context, std::string answer);
void SealTable(const ProtectedTable& table, v1::SealedRequest* sealed);
// Of a model the cells are those of the tables that were judged for it.
void SealModel(const ProtectedModel& model, v1::SealedRequest* sealed);
void SealRefusal(const Refusal& refusal, v1::SealedRequest* sealed);

// The search columns of its row: always derived, so that Open() can compare them.
RequestColumns ColumnsOf(const v1::SealedRequest& sealed);

// A random salt of 32 bytes.
std::string NewSalt();

// With new salts, its answer's too.
SealedPart Seal(const v1::SealedRequest& sealed);
// Of an event.
SealedPart SealEvent(std::string bytes);

// The field `answer` of an entry with this part.
std::string AnswerField(const SealedPart& part, const v1::SealedRequest& sealed);

// The field `sealed` of an entry with this part.
std::string SealedField(const SealedPart& part);

// DATA_LOSS names the entry when the leaf does not commit to the row's sealed part or answer, or
// when a search column differs from the sealed part. Of a row whose sealed part was removed: when a
// search column is left. Whether it might be removed is not asked. `answer`, where it is not null,
// gets the canonical answer bytes of a request that is not removed.
absl::Status CheckSealed(const StoredEntry& row, const Entry& entry, std::string* answer = nullptr);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_SEALED_H_
