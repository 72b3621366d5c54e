// The second half of the table of messages: hints, and warnings. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_

namespace kluis {

// id | English | Dutch, one a line.
extern const char* const kHintTable;

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_
