// What may stand in a signed text.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_UTF8_H_
#define KLUIS_DISCLOSURE_EVIDENCE_UTF8_H_

#include "absl/strings/string_view.h"

namespace kluis {

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(absl::string_view text);

// UTF-8 without control characters (below U+0020) other than newline.
bool IsPlainText(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_UTF8_H_
