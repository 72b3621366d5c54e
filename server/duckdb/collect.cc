#include "server/duckdb/collect.h"

#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr char kFunction[] = "kluis_collect";

// A running Collect(), which the query's text names by number.
struct Collection {
  const std::function<std::unique_ptr<RowSink>()>* make = nullptr;
  std::unique_ptr<RowSink> collected;
};

class Collections {
 public:
  int64_t Add(Collection* collection) {
    const std::lock_guard<std::mutex> lock(mutex_);
    running_[++last_] = collection;
    return last_;
  }
  void Remove(int64_t number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    running_.erase(number);
  }
  Collection* Find(int64_t number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = running_.find(number);
    return found == running_.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
  int64_t last_ = 0;
  std::map<int64_t, Collection*> running_;
};

Collections& Running() {
  static auto* const collections = new Collections;
  return *collections;
}

// DuckDB moves states as bytes, so a state is a pointer.
struct State {
  RowSink* sink = nullptr;
  Collection* of = nullptr;
};

State& StateOf(duckdb_aggregate_state state) { return *reinterpret_cast<State*>(state); }

idx_t StateSize(duckdb_function_info) { return sizeof(State); }

void InitState(duckdb_function_info, duckdb_aggregate_state state) { new (state) State; }

void DestroyStates(duckdb_aggregate_state* states, idx_t count) {
  for (idx_t i = 0; i < count; ++i) {
    delete StateOf(states[i]).sink;
    StateOf(states[i]).sink = nullptr;
  }
}

template <typename T>
ChunkColumn<T> ColumnAt(duckdb_data_chunk chunk, idx_t column) {
  duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
  return {static_cast<const T*>(duckdb_vector_get_data(vector)),
          duckdb_vector_get_validity(vector)};
}

// Columns are a Collection's number, its count of ints, its count of longs, the ints, the longs and
// perhaps an identifier.
void TakeChunk(duckdb_data_chunk input, State* state) {
  RowChunk chunk;
  chunk.rows = static_cast<int>(duckdb_data_chunk_get_size(input));
  if (chunk.rows == 0) return;
  const int64_t number = ColumnAt<int64_t>(input, 0).values[0];
  const int32_t ints = ColumnAt<int32_t>(input, 1).values[0];
  const int32_t longs = ColumnAt<int32_t>(input, 2).values[0];
  idx_t column = 3;
  for (int32_t i = 0; i < ints; ++i) chunk.ints.push_back(ColumnAt<int32_t>(input, column++));
  for (int32_t i = 0; i < longs; ++i) chunk.longs.push_back(ColumnAt<int64_t>(input, column++));
  if (column < duckdb_data_chunk_get_column_count(input))
    chunk.identifier = ColumnAt<uint64_t>(input, column);
  if (state->sink == nullptr) {
    state->of = Running().Find(number);
    KLUIS_CHECK(state->of != nullptr);
    state->sink = (*state->of->make)().release();
  }
  state->sink->Take(chunk);
}

// No exception may pass through C.
template <typename Work>
void WithoutThrowing(duckdb_function_info info, Work work) {
  try {
    work();
  } catch (const std::exception&) {
    duckdb_aggregate_function_set_error(info, "no memory");
  }
}

// There is one group, so all rows of a chunk have one state.
void Update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) {
  WithoutThrowing(info, [&] { TakeChunk(input, &StateOf(states[0])); });
}

void Combine(duckdb_function_info info, duckdb_aggregate_state* sources,
             duckdb_aggregate_state* targets, idx_t count) {
  WithoutThrowing(info, [&] {
    for (idx_t i = 0; i < count; ++i) {
      State &source = StateOf(sources[i]), &target = StateOf(targets[i]);
      if (source.sink == nullptr) continue;
      if (target.sink == nullptr) {
        std::swap(target, source);
      } else {
        target.sink->Merge(source.sink);
      }
    }
  });
}

void Finalize(duckdb_function_info, duckdb_aggregate_state* states, duckdb_vector result,
              idx_t count, idx_t offset) {
  auto* const out = static_cast<bool*>(duckdb_vector_get_data(result));
  for (idx_t i = 0; i < count; ++i) {
    State& state = StateOf(states[i]);
    out[offset + i] = true;
    if (state.sink == nullptr) continue;
    state.of->collected.reset(std::exchange(state.sink, nullptr));
  }
}

struct Types {
  Types()
      : int32(duckdb_create_logical_type(DUCKDB_TYPE_INTEGER)),
        int64(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)),
        uint64(duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)),
        boolean(duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)) {}
  ~Types() {
    for (duckdb_logical_type* type : {&int32, &int64, &uint64, &boolean})
      duckdb_destroy_logical_type(type);
  }
  Types(const Types&) = delete;  // owns C types
  Types& operator=(const Types&) = delete;

  duckdb_logical_type int32, int64, uint64, boolean;
};

bool AddFunction(duckdb_aggregate_function_set set, const Types& types, size_t ints, size_t longs,
                 bool identifier) {
  duckdb_aggregate_function function = duckdb_create_aggregate_function();
  duckdb_aggregate_function_set_name(function, kFunction);
  const auto add = [function](duckdb_logical_type type, size_t count) {
    for (size_t i = 0; i < count; ++i) duckdb_aggregate_function_add_parameter(function, type);
  };
  add(types.int64, 1);
  add(types.int32, 2 + ints);
  add(types.int64, longs);
  add(types.uint64, identifier ? 1 : 0);
  duckdb_aggregate_function_set_return_type(function, types.boolean);
  duckdb_aggregate_function_set_functions(function, StateSize, InitState, Update, Combine,
                                          Finalize);
  duckdb_aggregate_function_set_destructor(function, DestroyStates);
  duckdb_aggregate_function_set_special_handling(function);  // rows with NULL are rows
  const bool added = duckdb_add_aggregate_function_to_set(set, function) == DuckDBSuccess;
  duckdb_destroy_aggregate_function(&function);
  return added;
}

}  // namespace

absl::Status AllowCollect(DuckConnection& connection) {
  const Types types;
  duckdb_aggregate_function_set set = duckdb_create_aggregate_function_set(kFunction);
  bool good = true;
  for (size_t ints = 0; ints <= kCollectIntsMost; ++ints) {
    for (size_t longs = 0; longs <= kCollectLongsMost; ++longs) {
      for (const bool identifier : {false, true})
        good &= AddFunction(set, types, ints, longs, identifier);
    }
  }
  good &= duckdb_register_aggregate_function_set(connection.get(), set) == DuckDBSuccess;
  duckdb_destroy_aggregate_function_set(&set);
  return good ? absl::OkStatus() : absl::InternalError("the database takes no functions");
}

absl::StatusOr<std::unique_ptr<RowSink>> Collect(
    DuckConnection& connection, const CollectQuery& query,
    const std::function<std::unique_ptr<RowSink>()>& make) {
  Collection collection;
  collection.make = &make;
  const int64_t number = Running().Add(&collection);
  std::string text =
      absl::StrCat("SELECT ", kFunction, "(", number, "::BIGINT, ", query.ints.size(),
                   "::INTEGER, ", query.longs.size(), "::INTEGER");
  for (const std::string& column : query.ints) absl::StrAppend(&text, ", (", column, ")::INTEGER");
  for (const std::string& column : query.longs) absl::StrAppend(&text, ", (", column, ")::BIGINT");
  if (!query.identifier.empty()) absl::StrAppend(&text, ", (", query.identifier, ")::UBIGINT");
  const absl::Status done = connection.Execute(absl::StrCat(text, ")", query.from));
  Running().Remove(number);
  KLUIS_RETURN_IF_ERROR(done);
  if (collection.collected == nullptr) collection.collected = make();
  return std::move(collection.collected);
}

}  // namespace kluis
