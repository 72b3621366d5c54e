// kluis policy propose, proposals, approve, activate, rollback, history: the policy of a server.
#include "client/policy_office_command.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/files.h"
#include "client/message_json.h"
#include "client/officer_keys.h"
#include "client/policy_files.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_sign/signature.h"

namespace kluis {
namespace {

using Files = std::map<std::string, std::string>;

constexpr double kSeconds = 120, kReplaySeconds = 3600;
constexpr size_t kChunkBytes = 64 * 1024;

void Print(const Console& console, const OfficerOptions& options, const std::string& text,
           const nlohmann::ordered_json& json) {
  console.out << (options.format == "json"
                      ? json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                            "\n"
                      : text);
}

std::string SignersOf(const v1::Proposal& proposal) {
  std::vector<std::string> signers;
  for (const v1::OfficerSignature& signature : proposal.signatures())
    signers.push_back(signature.officer());
  return signers.empty() ? "nobody" : absl::StrJoin(signers, ", ");
}

std::string LineOf(const v1::Proposal& proposal) {
  return absl::StrCat(
      proposal.id(), "  version ", proposal.version(), "  ", proposal.state(), "  by ",
      proposal.proposed_by(), " at ", proposal.time(), "  signed by ", SignersOf(proposal),
      proposal.restores() > 0 ? absl::StrCat("  restores version ", proposal.restores()) : "",
      proposal.comment().empty() ? "" : absl::StrCat("  ", proposal.comment()), "\n");
}

void PrintProposal(const Console& console, const OfficerOptions& options,
                   const v1::Proposal& proposal) {
  Print(console, options, absl::StrCat(LineOf(proposal), proposal.changes()),
        MessageJson(proposal));
}

// That the server made the manifest of these files, and of nothing else.
absl::Status CheckIsOf(const v1::Proposal& proposal, const Files& files) {
  KLUIS_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(proposal.manifest()));
  const absl::Status same = CheckManifest(manifest, files);
  if (same.ok() && manifest.version == proposal.version() &&
      manifest.not_before == proposal.not_before())
    return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the server shows another policy than the one to sign; nothing was signed: ",
                   same.message()));
}

bool Send(grpc::ClientWriter<v1::ProposePolicyPart>& writer, const Files& files) {
  v1::ProposePolicyPart part;
  for (const auto& [path, text] : files) {
    size_t at = 0;
    do {
      part.mutable_chunk()->set_path(path);
      part.mutable_chunk()->set_text(text.substr(at, kChunkBytes));
      if (!writer.Write(part)) return false;
      at += kChunkBytes;
    } while (at < text.size());
  }
  return true;
}

absl::Status Propose(const Console& console, Session& session, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const Files files, ReadPolicyFiles(options.folder));
  const auto context = Session::Context(kSeconds);
  v1::Proposal proposal;
  const auto writer = session.policy().ProposePolicy(context.get(), &proposal);
  v1::ProposePolicyPart head;
  head.mutable_head()->set_not_before(options.not_before);
  head.mutable_head()->set_comment(options.reason);
  head.mutable_head()->set_language(options.language);
  if (writer->Write(head)) (void)Send(*writer, files);  // what goes wrong is told at the end
  writer->WritesDone();
  KLUIS_RETURN_IF_ERROR(FromGrpc(writer->Finish()));
  KLUIS_RETURN_IF_ERROR(CheckIsOf(proposal, files));
  PrintProposal(console, options, proposal);
  return absl::OkStatus();
}

absl::Status Rollback(const Console& console, Session& session, const OfficerOptions& options) {
  v1::ProposeRollbackRequest request;
  request.set_version(options.version);
  request.set_not_before(options.not_before);
  request.set_comment(options.reason);
  request.set_language(options.language);
  v1::Proposal proposal;
  KLUIS_RETURN_IF_ERROR(FromGrpc(
      session.policy().ProposeRollback(Session::Context(kSeconds).get(), request, &proposal)));
  PrintProposal(console, options, proposal);
  return absl::OkStatus();
}

absl::Status List(const Console& console, Session& session, const OfficerOptions& options) {
  v1::ListProposalsResponse response;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.policy().ListProposals(Session::Context(kSeconds).get(), {}, &response)));
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const v1::Proposal& proposal : response.proposals()) {
    absl::StrAppend(&text, LineOf(proposal));
    json.push_back(MessageJson(proposal));
  }
  Print(console, options, text.empty() ? "no proposals\n" : text, json);
  return absl::OkStatus();
}

absl::StatusOr<v1::Proposal> Get(Session& session, const OfficerOptions& options) {
  v1::GetProposalRequest request;
  request.set_id(options.id);
  request.set_language(options.language);
  v1::Proposal proposal;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.policy().GetProposal(Session::Context(kSeconds).get(), request, &proposal)));
  return proposal;
}

absl::StatusOr<Files> FilesOf(Session& session, const std::string& id) {
  v1::GetProposalRequest request;
  request.set_id(id);
  const auto context = Session::Context(kSeconds);
  const auto reader = session.policy().GetProposalFiles(context.get(), request);
  Files files;
  v1::PolicyFileChunk chunk;
  while (reader->Read(&chunk)) files[chunk.path()] += chunk.text();
  KLUIS_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
  return files;
}

// With the files into a new folder, where one is asked for. Paths were checked with the manifest.
absl::Status Show(const Console& console, Session& session, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const v1::Proposal proposal, Get(session, options));
  KLUIS_ASSIGN_OR_RETURN(const Files files, FilesOf(session, options.id));
  KLUIS_RETURN_IF_ERROR(CheckIsOf(proposal, files));
  PrintProposal(console, options, proposal);
  if (options.output.empty()) return absl::OkStatus();
  if (FileExists(options.output))
    return absl::InvalidArgumentError(absl::StrCat(options.output, " exists; name a new folder"));
  KLUIS_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(proposal.manifest()));
  for (const auto& [path, hash] : manifest.files) {
    const std::string place = absl::StrCat(options.output, "/", path);
    KLUIS_RETURN_IF_ERROR(MakeDirectories(place.substr(0, place.rfind('/'))));
    KLUIS_RETURN_IF_ERROR(WriteWholeFile(place, files.at(path), 0644));
  }
  return absl::OkStatus();
}

std::string TextOf(const v1::PolicyReplayReport& report) {
  std::string text;
  for (const v1::ProjectEffect& effect : report.projects()) {
    absl::StrAppend(&text, effect.project(), ": of ", effect.releases(), " releases ",
                    effect.changed(), " would change (", effect.refused(), " refused); of ",
                    effect.cells(), " cells ", effect.hidden(), " more hidden, ", effect.shown(),
                    " shown\n");
  }
  for (const v1::EffectExample& example : report.examples()) {
    absl::StrAppend(&text, "  ", example.project(), " ", example.release(), ": ",
                    example.refusal().empty() ? absl::StrJoin(example.cells(), "; ")
                                              : absl::StrCat("refused, ", example.refusal()),
                    "\n");
  }
  for (const std::string& why : report.why_left_out())
    absl::StrAppend(&text, "left out: ", why, "\n");
  absl::StrAppend(&text, report.releases(), " releases compared, ", report.computed(),
                  " different questions, ", report.left_out(), " left out\n");
  return text;
}

absl::Status Replay(const Console& console, Session& session, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const Files files, ReadPolicyFiles(options.folder));
  const auto context = Session::Context(kReplaySeconds);
  v1::PolicyReplayReport report;
  const auto writer = session.policy().ReplayPolicy(context.get(), &report);
  v1::ProposePolicyPart head;
  head.mutable_head()->set_since(options.since);
  if (writer->Write(head)) (void)Send(*writer, files);
  writer->WritesDone();
  KLUIS_RETURN_IF_ERROR(FromGrpc(writer->Finish()));
  Print(console, options, TextOf(report), MessageJson(report));
  return absl::OkStatus();
}

void PrintShadow(const Console& console, const OfficerOptions& options,
                 const v1::PolicyShadow& shadow) {
  Print(console, options,
        absl::StrCat("shadow of ", shadow.by(), " since ", shadow.since(),
                     shadow.running() ? absl::StrCat(", until ", shadow.until()) : ", ended", "\n",
                     TextOf(shadow.counts())),
        MessageJson(shadow));
}

absl::Status StartShadow(const Console& console, Session& session, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const Files files, ReadPolicyFiles(options.folder));
  const auto context = Session::Context(kSeconds);
  v1::PolicyShadow shadow;
  const auto writer = session.policy().StartShadow(context.get(), &shadow);
  v1::ProposePolicyPart head;
  head.mutable_head()->set_days(options.days);
  if (writer->Write(head)) (void)Send(*writer, files);
  writer->WritesDone();
  KLUIS_RETURN_IF_ERROR(FromGrpc(writer->Finish()));
  PrintShadow(console, options, shadow);
  return absl::OkStatus();
}

absl::Status ShadowStatus(const Console& console, Session& session, const OfficerOptions& options) {
  v1::PolicyShadow shadow;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.policy().GetShadow(Session::Context(kReplaySeconds).get(), {}, &shadow)));
  PrintShadow(console, options, shadow);
  return absl::OkStatus();
}

absl::Status StopShadow(const Console& console, Session& session, const OfficerOptions& options) {
  v1::PolicyShadow shadow;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.policy().StopShadow(Session::Context(kReplaySeconds).get(), {}, &shadow)));
  PrintShadow(console, options, shadow);
  return absl::OkStatus();
}

bool Agrees(const Console& console, const OfficerOptions& options, const v1::Proposal& proposal) {
  console.err << LineOf(proposal) << proposal.changes();
  if (options.yes) return true;
  console.err << "Sign this as version " << proposal.version() << "? Type yes: " << std::flush;
  std::string answer;
  return std::getline(console.in, answer) && answer == "yes";
}

absl::Status Approve(const Console& console, Session& session, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const OfficerKey key, ReadOfficerKey(options.key_file));
  KLUIS_ASSIGN_OR_RETURN(const v1::Proposal proposal, Get(session, options));
  KLUIS_ASSIGN_OR_RETURN(const Files files, options.folder.empty()
                                                ? FilesOf(session, options.id)
                                                : ReadPolicyFiles(options.folder));
  KLUIS_RETURN_IF_ERROR(CheckIsOf(proposal, files));
  if (!Agrees(console, options, proposal)) return absl::InvalidArgumentError("not signed");
  KLUIS_ASSIGN_OR_RETURN(const PolicySignature signature,
                         SignPolicy(key, proposal.manifest(), options.reason));
  v1::ApproveProposalRequest request;
  request.set_id(options.id);
  request.mutable_signature()->set_officer(signature.officer);
  request.mutable_signature()->set_key(signature.key);
  request.mutable_signature()->set_reason(signature.reason);
  request.mutable_signature()->set_signature(signature.signature);
  v1::Proposal approved;
  KLUIS_RETURN_IF_ERROR(FromGrpc(
      session.policy().ApproveProposal(Session::Context(kSeconds).get(), request, &approved)));
  Print(console, options, LineOf(approved), MessageJson(approved));
  return absl::OkStatus();
}

absl::Status Activate(const Console& console, Session& session, const OfficerOptions& options) {
  v1::ActivateProposalRequest request;
  request.set_id(options.id);
  v1::Proposal proposal;
  KLUIS_RETURN_IF_ERROR(FromGrpc(
      session.policy().ActivateProposal(Session::Context(kSeconds).get(), request, &proposal)));
  PrintProposal(console, options, proposal);
  return absl::OkStatus();
}

std::string LineOf(const v1::PolicyVersion& version) {
  std::string line =
      absl::StrCat("version ", version.version(), "  ", version.time(), "  entry ", version.index(),
                   "  policy ", version.policy_sha256().substr(0, 16));
  if (!version.judgement().empty()) absl::StrAppend(&line, "  ", version.judgement());
  if (!version.by().empty()) absl::StrAppend(&line, "  by ", version.by());
  if (version.signers_size() > 0)
    absl::StrAppend(&line, "  signed by ", absl::StrJoin(version.signers(), ", "));
  if (version.restores() > 0) absl::StrAppend(&line, "  restores version ", version.restores());
  return line + "\n";
}

absl::Status History(const Console& console, Session& session, const OfficerOptions& options) {
  v1::PolicyHistory history;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.policy().GetPolicyHistory(Session::Context(kSeconds).get(), {}, &history)));
  std::string text;
  for (const v1::PolicyVersion& version : history.versions())
    absl::StrAppend(&text, LineOf(version));
  if (!history.problem().empty()) absl::StrAppend(&text, "problem: ", history.problem(), "\n");
  Print(console, options, text, MessageJson(history));
  return absl::OkStatus();
}

using Work = absl::Status (*)(const Console&, Session&, const OfficerOptions&);

const std::map<std::string, Work>& Works() {
  static const auto& works = *new std::map<std::string, Work>{{"propose", Propose},
                                                              {"rollback", Rollback},
                                                              {"replay", Replay},
                                                              {"shadow start", StartShadow},
                                                              {"shadow status", ShadowStatus},
                                                              {"shadow stop", StopShadow},
                                                              {"proposals", List},
                                                              {"show", Show},
                                                              {"approve", Approve},
                                                              {"activate", Activate},
                                                              {"history", History}};
  return works;
}

}  // namespace

absl::StatusOr<int> RunPolicyOffice(const Console& console, OfficerOptions options) {
  options.language = LanguageOf(console, options.language);
  const auto work = Works().find(options.action);
  if (work == Works().end())
    return absl::InternalError(absl::StrCat("no command ", options.action));
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, options.profile));
  KLUIS_ASSIGN_OR_RETURN(Session session, Session::Open(std::move(profile)));
  KLUIS_RETURN_IF_ERROR(work->second(console, session, options));
  return kExitDone;
}

}  // namespace kluis
