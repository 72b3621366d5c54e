// The hints of the table of messages. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_

namespace kluis {

// hint | English | Dutch, one a line.
extern const char* const kHintTable;

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_MESSAGE_HINTS_H_
