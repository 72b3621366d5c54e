// Every message and hint about policy files, by id, in English and in Dutch.
//
// Messages are made where a mistake is found, in English. Here each is recognised by its template
// and told again: id, arguments, Dutch text. So no reader of files knows about languages, and a
// test holds every message that the corpora provoke against this table. A template has {0}, {1},
// ... for what is taken over as it is, {0!} for what is itself a phrase of the table,
// and {0?} for what a file holds: its kind is told in the language, what somebody wrote stands.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_CATALOGUE_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

enum class Language { kEnglish, kDutch };

struct MessageTemplate {
  std::string id;  // "type", "unknown-key", ...; "phrase", "kind": a part of others; "hint"
  std::string english, dutch;
};
const std::vector<MessageTemplate>& MessageTemplates();

struct Message {
  std::string id;                      // empty: the table does not have it
  std::vector<std::string> arguments;  // as they stand in the English text
  std::string text;                    // in the language that was asked for; else the English one
};

// Of a message or a hint. The template with the most letters of its own that fits; O(templates).
Message RecogniseMessage(absl::string_view english, Language language);

// The diagnostic in a language, and the id of its message.
Diagnostic InLanguage(const Diagnostic& diagnostic, Language language);
std::string MessageId(const Diagnostic& diagnostic);  // "other" where the table does not have it

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_CATALOGUE_H_
