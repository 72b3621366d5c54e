// What a reviewer reads of the sealed log.
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/format/text.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/sealed_part.h"
#include "disclosure/evidence/tlog_proof.h"
#include "kluis/v1/release.pb.h"

namespace kluis {
namespace {

using json = nlohmann::ordered_json;

constexpr double kSeconds = 600;

absl::StatusOr<Session> OpenSession(const Console& console, const std::string& name) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, name));
  return Session::Open(std::move(profile));
}

// An entry or cell that is not there is a wrong index, not a refusal.
ExitCode FailAt(const Console& console, const absl::Status& status) {
  return Fail(console,
              absl::IsNotFound(status) ? absl::InvalidArgumentError(status.message()) : status);
}

json CellOf(const std::string& bytes) {
  v1::SealedCell cell;
  if (!cell.ParseFromString(bytes)) return nullptr;
  json codes = json::array();
  for (const std::string& code : cell.codes()) codes.push_back(code);
  return {{"cell", cell.cell()},
          {"variable", cell.variable()},
          {"codes", std::move(codes)},
          {"value", cell.value()},
          {"contributors", cell.contributors()},
          {"decision", cell.decision()},
          {"rule", cell.rule()},
          {"required", {cell.required_low(), cell.required_high()}},
          {"interval", cell.interval_low() < cell.interval_high()
                           ? json::array({cell.interval_low(), cell.interval_high()})
                           : json()}};  // nothing was proven of it
}

// Text of the request first, then under what, then the outcome, then the cells.
absl::StatusOr<json> RequestOf(const std::string& bytes) {
  v1::SealedRequest r;
  if (!r.ParseFromString(bytes)) return absl::DataLossError("the sealed part is not readable");
  json snapshots = json::array(), decided = json::array(), cells = json::array();
  json overlaps = json::array();
  for (const uint64_t entry : r.overlaps()) overlaps.push_back(entry);
  for (const v1::SnapshotRef& s : r.snapshots()) {
    snapshots.push_back({{"dataset", s.dataset()},
                         {"lineage", s.lineage()},
                         {"period", s.period()},
                         {"sha256", s.sha256()},
                         {"entry", s.entry()}});
  }
  for (const v1::DecidedCells& d : r.decided())
    decided.push_back({{"decision", d.decision()}, {"rule", d.rule()}, {"cells", d.cells()}});
  for (const std::string& cell : r.cell_reviews()) cells.push_back(CellOf(cell));
  const json answer = json::parse(r.answer(), nullptr, false);
  json model;
  if (r.has_model()) {
    model = {{"formula", r.model().formula()},
             {"dataset", r.model().dataset()},
             {"where", r.model().where()},
             {"family", r.model().family()}};
  }
  return json{{"format", r.format()},
              {"release", r.release()},
              {"outcome", r.outcome()},
              {"caller", r.caller()},
              {"organisation", r.organisation()},
              {"role", r.role()},
              {"certificate_sha256", r.certificate_sha256()},
              {"grant_entry", r.grant_entry()},
              {"client_version", r.client_version()},
              {"request_id", r.request_id()},
              {"project", r.project()},
              {"asked_project", r.asked_project()},
              {"project_sha256", r.project_sha256()},
              {"purpose", r.purpose()},
              {"query", r.query_text()},
              {"query_sha256", r.query_sha256()},
              {"canonical", r.query_canonical()},
              {"model", std::move(model)},
              {"plan", r.plan_canonical()},
              {"plan_sha256", r.plan_sha256()},
              {"policy_sha256", r.policy_sha256()},
              {"policy_entry", r.policy_entry()},
              {"rules", r.rules()},
              {"rules_sha256", r.rules_sha256()},
              {"snapshots", std::move(snapshots)},
              {"build", r.build()},
              {"refusal", r.refusal_code()},
              {"refusal_message", r.refusal_message()},
              {"cells", r.cells()},
              {"suppressed", r.suppressed()},
              {"primary", r.primary()},
              {"secondary", r.secondary()},
              {"seconds", r.seconds()},
              {"work", r.work()},
              {"cut_short", r.cut_short()},
              {"cost", r.cost()},
              {"noise", {{"method", r.noise().method()}, {"base", r.noise().base()}}},
              {"population", r.population()},
              {"population_contributors", r.population_contributors()},
              {"rows_read", r.rows_read()},
              {"budget",
               {{"queries_today", r.budget().queries_today()},
                {"queries_per_day", r.budget().queries_per_day()},
                {"work", r.budget().work()}}},
              {"past", r.past()},
              {"overlap_count", r.overlap_count()},
              {"overlaps", std::move(overlaps)},
              {"held_for", r.held_for()},
              {"precedent", r.precedent()},
              {"after_check", r.after_check()},
              {"decided", std::move(decided)},
              {"cell_reviews", std::move(cells)},
              {"answer_sha256", r.answer_sha256()},
              {"answer", answer.is_discarded() ? json() : answer}};
}

absl::StatusOr<json> FetchEntry(Session& session, uint64_t index) {
  v1::GetSealedEntryRequest request;
  request.set_index(index);
  const auto context = Session::Context(kSeconds);
  const auto stream = session.sealed_log().GetSealedEntry(context.get(), request);
  v1::SealedEntryPart part;
  v1::SealedEntryHead head;
  std::string bytes;
  while (stream->Read(&part)) {
    if (part.has_head()) head = part.head();
    if (part.part_case() == v1::SealedEntryPart::kChunk) bytes += part.chunk();
  }
  KLUIS_RETURN_IF_ERROR(FromGrpc(stream->Finish()));
  json entry = {{"index", head.index()}, {"type", head.type()}, {"time", head.time()}};
  for (const uint64_t review : head.reviews()) entry["reviews"].push_back(review);
  entry["public"] = head.leaf();
  if (head.removed()) {
    entry["sealed"] = nullptr;
  } else if (head.type() == "request") {
    KLUIS_ASSIGN_OR_RETURN(entry["sealed"], RequestOf(bytes));
  } else {
    json event = json::parse(bytes, nullptr, false);
    if (event.is_discarded()) return absl::DataLossError("the sealed part is not readable");
    entry["sealed"] = std::move(event);
  }
  return entry;
}

// `key: value`, one a line; a text of several lines as a block, lists and objects as JSON.
void PrintLines(const Console& console, const json& object, const std::string& indent) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      console.out << indent << key << ":\n";
      PrintLines(console, value, indent + "  ");
    } else if (value.is_array() && key == "cell_reviews") {
      console.out << indent << key << ":\n";
      for (const json& cell : value)
        console.out << indent << "  " << Printable(cell.dump()) << "\n";
    } else {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      if (absl::StrContains(text, '\n')) {
        console.out << TextBlock(key, text, indent);
      } else {
        console.out << indent << key << ": " << Printable(text) << "\n";
      }
    }
  }
}

absl::Status SaveCellProof(const Console& console, Session& session,
                           const SealedLogOptions& options) {
  v1::GetCellProofRequest request;
  request.set_index(options.index);
  request.set_cell(static_cast<uint64_t>(options.cell));
  v1::CellProof proof;
  KLUIS_RETURN_IF_ERROR(FromGrpc(
      session.sealed_log().GetCellProof(Session::Context(kSeconds).get(), request, &proof)));
  KLUIS_ASSIGN_OR_RETURN(const CellProof parsed, ParseCellProof(proof.json()));
  const auto verified = VerifyCell(parsed, session.verifier());
  if (!verified.ok()) return absl::DataLossError(verified.status().message());
  KLUIS_RETURN_IF_ERROR(session.Witness(ParseTlogProof(parsed.proof)->checkpoint).status());
  if (!options.output.empty()) return WriteWholeFile(options.output, proof.json(), 0600);
  console.out << proof.json();
  return absl::OkStatus();
}

json RowOf(const v1::FoundRequest& found) {
  return {
      {"index", found.index()},           {"time", found.time()},       {"status", found.status()},
      {"project", found.project()},       {"who", found.caller()},      {"cells", found.cells()},
      {"suppressed", found.suppressed()}, {"release", found.release()}, {"query", found.query()}};
}

absl::StatusOr<json> Search(Session& session, const SealedLogOptions& options) {
  json rows = json::array();
  v1::SearchRequestsRequest request;
  request.set_project(options.project);
  request.set_caller(options.who);
  request.set_since(options.since);
  request.set_dataset(options.dataset);
  request.set_page_size(1000);
  do {
    v1::SearchRequestsResponse response;
    KLUIS_RETURN_IF_ERROR(FromGrpc(
        session.sealed_log().SearchRequests(Session::Context(kSeconds).get(), request, &response)));
    for (const v1::FoundRequest& found : response.requests()) rows.push_back(RowOf(found));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return rows;
}

// A query is one line here, however it was written.
std::string OnOneLine(const std::string& query) {
  std::vector<absl::string_view> lines;
  for (const absl::string_view line : absl::StrSplit(query, absl::ByAnyChar("\r\n\t"))) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (!text.empty()) lines.push_back(text);
  }
  return Printable(absl::StrJoin(lines, " "));
}

std::string SearchText(const json& rows) {
  std::vector<std::vector<std::string>> table = {
      {"entry", "time", "status", "project", "who", "cells", "suppressed", "query"}};
  for (const json& row : rows) {
    const auto text = [&row](const char* key) { return Printable(row[key].get<std::string>()); };
    table.push_back({row["index"].dump(), text("time"), text("status"), text("project"),
                     text("who"), row["cells"].dump(), row["suppressed"].dump(),
                     OnOneLine(row["query"].get<std::string>())});
  }
  return AlignColumns(table, {Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
                              Align::kRight, Align::kRight, Align::kLeft});
}

// Why an entry is not run again, or not by the same build. Of a request that was held there is no
// answer to make again: the entry is the notice that it is held.
std::string DifferenceLine(const std::string& difference) {
  if (absl::StartsWith(difference, "refusal HELD_FOR_REVIEW")) {
    return "no answer: the entry says that the request was held; what left after review is an "
           "entry of its own (kluis log search)\n";
  }
  return absl::StrCat("not as it was: ", Printable(difference), "\n");
}

}  // namespace

int SearchLog(const Console& console, const SealedLogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  const auto rows = Search(*session, options);
  if (!rows.ok()) return Fail(console, rows.status());
  if (options.format == "json") {
    console.out << json{{"requests", *rows}}.dump(2) << "\n";
    return kExitDone;
  }
  console.out << SearchText(*rows);
  return kExitDone;
}

int ShowEntry(const Console& console, const SealedLogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  if (options.cell >= 0) {
    const absl::Status saved = SaveCellProof(console, *session, options);
    return saved.ok() ? kExitDone : FailAt(console, saved);
  }
  const auto entry = FetchEntry(*session, options.index);
  if (!entry.ok()) return FailAt(console, entry.status());
  if (!options.output.empty()) {
    const absl::Status written = WriteWholeFile(options.output, entry->dump(2) + "\n", 0600);
    return written.ok() ? kExitDone : Fail(console, written);
  }
  if (options.format == "json") {
    console.out << entry->dump(2) << "\n";
  } else {
    PrintLines(console, *entry, "");
  }
  return kExitDone;
}

int ReplayEntry(const Console& console, const SealedLogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  v1::ReplayRequestRequest request;
  request.set_index(options.index);
  v1::ReplayRequestResponse replay;
  const absl::Status asked = FromGrpc(
      session->sealed_log().ReplayRequest(Session::Context(kSeconds).get(), request, &replay));
  if (!asked.ok()) return FailAt(console, asked);
  if (options.format == "json") {
    console.out << json{{"index", options.index},
                        {"ran", replay.ran()},
                        {"same", replay.same()},
                        {"expected_sha256", replay.expected_sha256()},
                        {"found_sha256", replay.found_sha256()},
                        {"differences", std::vector<std::string>(replay.differences().begin(),
                                                                 replay.differences().end())}}
                       .dump(2)
                << "\n";
  }
  for (const std::string& difference : replay.differences())
    console.err << DifferenceLine(difference);
  if (!replay.ran()) {
    return Fail(console, absl::FailedPreconditionError(absl::StrCat(
                             "log entry ", options.index,
                             " cannot be replayed; that says nothing against its answer")));
  }
  if (!replay.same()) {
    return Fail(console, absl::DataLossError(absl::StrCat(
                             "log entry ", options.index, " gives another answer: it was ",
                             replay.expected_sha256(), ", now ", replay.found_sha256())));
  }
  if (options.format != "json") {
    console.out << "the same answer: log entry " << options.index
                << ", sha256:" << replay.found_sha256() << "\n";
  }
  return kExitDone;
}

}  // namespace kluis
