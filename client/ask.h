// One question to the enclave, whatever it is of: judged, asked, verified, printed.
#ifndef KLUIS_CLIENT_ASK_H_
#define KLUIS_CLIENT_ASK_H_

#include <optional>
#include <string>

#include "client/commands.h"
#include "client/console.h"
#include "client/output_file.h"
#include "client/session.h"

namespace kluis {

// Judged first where it is to be explained; released unless it is a dry run. `request` has what is
// asked; the rest of it comes from `options`. `text` is what the places in refusals refer to. Gives
// the exit code.
int Ask(const Console& console, Session& session, const AskOptions& options,
        const v1::RunQueryRequest& request, const std::string& text,
        const std::optional<AnswerFiles>& files);

}  // namespace kluis

#endif  // KLUIS_CLIENT_ASK_H_
