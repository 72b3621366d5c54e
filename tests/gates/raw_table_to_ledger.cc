// Raw aggregates cannot be committed: only what Protect() made can.
// error: no known conversion
#include "disclosure/table/aggregate_table.h"
#include "server/ledger/ledger.h"

void Commit(kluis::Ledger& ledger, kluis::AggregateTable table) {
#ifndef KLUIS_GATE_OPEN
  (void)ledger.Commit(table, {});
#endif
  (void)ledger;
  (void)table;
}
