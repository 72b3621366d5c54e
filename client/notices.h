// What the server has to say beside the answer.
#ifndef KLUIS_CLIENT_NOTICES_H_
#define KLUIS_CLIENT_NOTICES_H_

#include <string>

#include "client/console.h"
#include "client/session.h"

namespace kluis {

// The user's releases that were recalled, or rest on one that was.
using Recalls = absl::StatusOr<v1::ListRecallsResponse>;
Recalls ListRecalls(Session& session);

// Names them on standard error: each once, which the profile remembers. Says nothing when the
// server did not answer: the next call will. What is of `shown`, a release whose figures are shown
// now, is said every time, as is that it could not be asked.
void ShowRecalls(const Console& console, const Profile& profile, const Recalls& recalls,
                 const std::string& shown = "");

// A line for each recall, with what rests on it.
std::string RecallLines(const Recalls& recalls);

// How a held request stands, on standard error.
void ShowState(const Console& console, Session& session, const std::string& id);

}  // namespace kluis

#endif  // KLUIS_CLIENT_NOTICES_H_
