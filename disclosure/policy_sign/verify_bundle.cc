#include "disclosure/policy_sign/verify_bundle.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kDayLetters = 10;

std::string DayOf(absl::string_view time) { return std::string(time.substr(0, kDayLetters)); }

// One spelling of a name: capitals and spaces make no other person.
std::string PlainName(const std::string& name) {
  return absl::AsciiStrToLower(
      absl::StrJoin(absl::StrSplit(name, absl::ByAnyChar(" \t\n"), absl::SkipWhitespace()), " "));
}

bool IsValidOn(const Officer& officer, absl::string_view day) {
  return day >= officer.valid_from && day <= officer.valid_until;
}

absl::Status CheckVersion(int64_t version, int64_t in_force) {
  if (version == in_force + 1) return absl::OkStatus();
  if (version <= in_force) {
    return absl::InvalidArgumentError(absl::StrCat(
        "version ", version, " does not come after version ", in_force,
        ", which is in force: versions never go back\nhint: to have an old policy back, ",
        "sign its files as version ", in_force + 1, "; kluis policy rollback does it"));
  }
  return absl::InvalidArgumentError(absl::StrCat("version ", version, " leaves out version ",
                                                 in_force + 1, "\nhint: version ", in_force,
                                                 " is in force; sign version ", in_force + 1));
}

absl::Status CheckTime(const Manifest& manifest, const std::string& now) {
  if (manifest.not_before <= now) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("version ", manifest.version, " may hold from ",
                                                    manifest.not_before, " on, and now is ", now));
}

// Rule 4 for one signature.
absl::Status CheckSignature(const Officers& officers, const PolicySignature& signature,
                            absl::string_view manifest, absl::string_view today) {
  const Officer* officer = officers.Find(signature.officer);
  if (officer == nullptr) {
    return absl::PermissionDeniedError(
        absl::StrCat("'", signature.officer, "' is no officer of the policy in force\nhint: who ",
                     "becomes one by a bundle can sign the next one, not the bundle itself"));
  }
  if (!IsValidOn(*officer, today)) {
    return absl::PermissionDeniedError(
        absl::StrCat(officer->id, " may sign from ", officer->valid_from, " until ",
                     officer->valid_until, ", and today is ", today));
  }
  if (signature.key != OfficerKeyId(officer->public_key)) {
    return absl::PermissionDeniedError(absl::StrCat(officer->id, " signed with the key ",
                                                    signature.key, "; the one in force is ",
                                                    OfficerKeyId(officer->public_key)));
  }
  if (!IsSignedBy(signature, manifest, officer->public_key)) {
    return absl::PermissionDeniedError(absl::StrCat("the signature of ", officer->id,
                                                    " is not one over this manifest and reason"));
  }
  return absl::OkStatus();
}

bool HasReason(const PolicySignature& signature) {
  return absl::StripAsciiWhitespace(signature.reason).size() >= kSignReasonLeast;
}

// Rule 6. REQUIRES: CheckSignatures() is OK.
absl::Status CheckEnough(const PolicySignatures& signatures, const ChangeReport& changes) {
  if (!changes.NeedsSecondOfficer()) return absl::OkStatus();
  for (const PolicySignature& signature : signatures.signatures) {
    if (!HasReason(signature)) {
      return absl::FailedPreconditionError(
          absl::StrCat("something becomes weaker, and ", signature.officer, " gave no reason of ",
                       kSignReasonLeast, " letters or more\nhint: sign again with --reason"));
    }
  }
  if (signatures.signatures.size() >= 2) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("something becomes weaker, so two officers sign; only ",
                   signatures.signatures[0].officer, " did\nhint: kluis policy diff says what"));
}

}  // namespace

absl::Status CheckSignatures(const Officers& officers, const PolicySignatures& signatures,
                             absl::string_view today, const PersonOf& person_of) {
  if (signatures.signatures.empty())
    return absl::PermissionDeniedError(absl::StrCat(kSignaturesFile, " has no signatures"));
  std::set<std::string> ids, people, names, keys;
  for (const PolicySignature& signature : signatures.signatures) {
    KLUIS_RETURN_IF_ERROR(CheckSignature(officers, signature, signatures.manifest, today));
    const Officer& officer = *officers.Find(signature.officer);
    if (!ids.insert(officer.id).second)
      return absl::PermissionDeniedError(absl::StrCat(officer.id, " signed twice"));
    const bool another = people.insert(person_of ? person_of(officer.id) : officer.id).second;
    if (!another || !names.insert(PlainName(officer.name)).second) {
      return absl::PermissionDeniedError(
          absl::StrCat(officer.id, " is a person who signed already, under another id"));
    }
    if (!keys.insert(officer.public_key).second)
      return absl::PermissionDeniedError(
          absl::StrCat(officer.id, " signed with a key that another officer signed with"));
  }
  return absl::OkStatus();
}

absl::Status CheckSomebodyCanSign(const Officers& officers, absl::string_view today) {
  std::set<std::string> names;
  for (const Officer& officer : officers.officers) {
    if (IsValidOn(officer, today)) names.insert(PlainName(officer.name));
  }
  if (names.size() >= 2) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("of the officers of the new policy ", names.size(), " can sign on ", today,
                   ", and the next policy may need two\nhint: add them to officers.yaml"));
}

absl::StatusOr<VerifiedBundle> VerifyBundle(const BundleToVerify& bundle,
                                            absl::string_view signatures) {
  if (signatures.empty()) {
    return absl::PermissionDeniedError(
        absl::StrCat("the policy is not signed: there is no ", kSignaturesFile,
                     "\nhint: officers sign it with kluis policy sign"));
  }
  VerifiedBundle verified;
  KLUIS_ASSIGN_OR_RETURN(verified.signatures_, ParseSignatures(signatures));
  KLUIS_ASSIGN_OR_RETURN(verified.manifest_, ParseManifest(verified.signatures_.manifest));
  KLUIS_RETURN_IF_ERROR(CheckManifest(verified.manifest_, bundle.files));
  KLUIS_RETURN_IF_ERROR(CheckVersion(verified.manifest_.version, bundle.version_in_force));
  KLUIS_RETURN_IF_ERROR(CheckTime(verified.manifest_, bundle.now));
  const std::string today = DayOf(bundle.now);
  KLUIS_RETURN_IF_ERROR(CheckSignatures(bundle.in_force.bundle.officers, verified.signatures_,
                                        today, bundle.person_of));
  verified.changes_ = JudgeChange(bundle.in_force, bundle.draft);
  KLUIS_RETURN_IF_ERROR(CheckEnough(verified.signatures_, verified.changes_));
  KLUIS_RETURN_IF_ERROR(CheckSomebodyCanSign(bundle.draft.bundle.officers, today));
  return verified;
}

}  // namespace kluis
