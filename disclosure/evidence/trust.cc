#include "disclosure/evidence/trust.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kFileMax = 64 * 1024, kNodesMax = 512, kLogsMax = 256;

using Words = std::vector<std::string>;

bool HasControlCharacter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < ' ' && c != '\t' && c != '\n') || c == 0x7F;
  });
}

}  // namespace

// One file, line by line.
class TrustReader {
 public:
  explicit TrustReader(TrustPolicy* policy) : policy_(*policy) {}

  absl::Status Line(const Words& words) {
    if (words[0] == "log") return Log(words);
    if (words[0] == "witness") return Witness(words);
    if (words[0] == "group") return Group(words);
    if (words[0] == "quorum") return Quorum(words);
    return Bad("a line starts with log, witness, group or quorum");
  }
  bool has_quorum() const { return has_quorum_; }

 private:
  static absl::Status Bad(absl::string_view why) { return absl::InvalidArgumentError(why); }

  absl::Status Log(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return Bad("write: log KEY [URL]");
    KLUIS_ASSIGN_OR_RETURN(NoteVerifier key, NoteVerifier::Parse(words[1]));
    if (!keys_.insert(key.public_key()).second) return Bad("this log stands here twice");
    if (policy_.logs_.size() >= kLogsMax) return Bad("more than 256 logs");
    policy_.logs_.push_back({std::move(key), words.size() == 3 ? words[2] : ""});
    return absl::OkStatus();
  }

  absl::Status Witness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) return Bad("write: witness NAME KEY [URL]");
    KLUIS_ASSIGN_OR_RETURN(CosignatureVerifier key, CosignatureVerifier::Parse(words[2]));
    // One key has one vote, whatever its names.
    if (!keys_.insert("witness " + key.public_key()).second)
      return Bad("this witness stands here twice");
    const int index = static_cast<int>(policy_.witnesses_.size());
    policy_.witnesses_.push_back({words[1], std::move(key), words.size() == 4 ? words[3] : ""});
    return Define({.name = words[1], .witness = index, .members = {}, .threshold = 0});
  }

  absl::Status Group(const Words& words) {
    if (words.size() < 4) return Bad("write: group NAME NUMBER|any|all MEMBER ...");
    TrustPolicy::Node group{.name = words[1], .witness = -1, .members = {}, .threshold = 0};
    for (size_t i = 3; i < words.size(); ++i) {
      const auto member = names_.find(words[i]);
      if (member == names_.end()) return Bad(absl::StrCat(words[i], " is not defined above"));
      // SPEC tlog-policy: "Each defined name can be listed as a group member at most once."
      if (!grouped_.insert(words[i]).second)
        return Bad(absl::StrCat(words[i], " is a member already, and can be one once"));
      group.members.push_back(member->second);
    }
    uint64_t threshold = 0;
    if (words[2] == "any") threshold = 1;
    if (words[2] == "all") threshold = group.members.size();
    if (threshold == 0 &&
        (!absl::SimpleAtoi(words[2], &threshold) || absl::StrCat(threshold) != words[2] ||
         threshold < 1 || threshold > group.members.size())) {
      return Bad("a group asks for any, all, or a number from 1 to that of its members");
    }
    group.threshold = threshold;
    return Define(std::move(group));
  }

  absl::Status Quorum(const Words& words) {
    if (words.size() != 2) return Bad("write: quorum NAME, or quorum none");
    if (has_quorum_) return Bad("there is one quorum line");
    has_quorum_ = true;
    if (words[1] == "none") return absl::OkStatus();
    const auto node = names_.find(words[1]);
    if (node == names_.end()) return Bad(absl::StrCat(words[1], " is not defined above"));
    policy_.quorum_ = node->second;
    return absl::OkStatus();
  }

  absl::Status Define(TrustPolicy::Node node) {
    if (node.name == "none") return Bad("none is no name for a witness or group");
    if (policy_.nodes_.size() >= kNodesMax) return Bad("more than 512 witnesses and groups");
    if (!names_.emplace(node.name, policy_.nodes_.size()).second)
      return Bad(absl::StrCat(node.name, " is defined twice"));
    policy_.nodes_.push_back(std::move(node));
    return absl::OkStatus();
  }

  TrustPolicy& policy_;
  std::map<std::string, int> names_;
  std::set<std::string> keys_, grouped_;
  bool has_quorum_ = false;
};

absl::StatusOr<TrustPolicy> TrustPolicy::Parse(absl::string_view text,
                                               absl::string_view file_name) {
  const auto bad = [&](absl::string_view line, absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(file_name, line, ": ", why));
  };
  if (text.size() > kFileMax) return bad("", "longer than 64 KiB");
  if (HasControlCharacter(text)) return bad("", "it has control characters");
  TrustPolicy policy;
  TrustReader reader(&policy);
  int number = 0, lines = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const Words words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || words[0][0] == '#') continue;
    ++lines;
    const bool key_alone = words.size() == 1 && absl::StrContains(words[0], "+");
    const absl::Status read = reader.Line(key_alone ? Words{"log", words[0]} : words);
    if (!read.ok()) return bad(absl::StrCat(":", number), read.message());
  }
  if (policy.logs_.empty()) return bad("", "no log line");
  if (!reader.has_quorum() && lines > 1)
    return bad("", "no quorum line; `quorum none` asks for no witness");
  return policy;
}

TrustPolicy::TrustPolicy(const NoteVerifier& log) : logs_({{log, ""}}) {}

absl::StatusOr<Checkpoint> TrustPolicy::OpenSigned(absl::string_view note) const {
  absl::Status first = absl::PermissionDeniedError("no log is trusted");
  for (const Log& log : logs_) {
    absl::StatusOr<Checkpoint> opened = OpenCheckpoint(note, log.key);
    if (opened.ok()) return opened;
    if (&log == &logs_.front()) first = opened.status();
  }
  return first;
}

absl::StatusOr<Checkpoint> TrustPolicy::Open(absl::string_view note) const {
  KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, OpenSigned(note));
  std::vector<std::string> did, did_not;
  std::vector<bool> met(nodes_.size(), false);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.witness >= 0) {
      KLUIS_ASSIGN_OR_RETURN(const auto time, witnesses_[node.witness].key.Check(note));
      met[i] = time.has_value();
      (met[i] ? did : did_not).push_back(node.name);
    } else {
      const auto members = std::count_if(node.members.begin(), node.members.end(),
                                         [&met](int member) { return met[member]; });
      met[i] = static_cast<size_t>(members) >= node.threshold;
    }
  }
  if (quorum_ < 0 || met[quorum_]) return checkpoint;
  return absl::PermissionDeniedError(absl::StrCat("the quorum ", nodes_[quorum_].name,
                                                  " is not reached: cosigned by ",
                                                  did.empty() ? "nobody" : absl::StrJoin(did, ", "),
                                                  ", not by ", absl::StrJoin(did_not, ", ")));
}

}  // namespace kluis
