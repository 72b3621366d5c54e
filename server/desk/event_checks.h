// What of an action is judged from the action alone, and whether a decision can become a rule.
// Internal to this folder, IsDate() aside.
#ifndef KLUIS_SERVER_DESK_EVENT_CHECKS_H_
#define KLUIS_SERVER_DESK_EVENT_CHECKS_H_

#include <optional>
#include <string>
#include <vector>

#include "server/desk/desk.h"

namespace kluis {

// Reasons, codes, digests and the numbers of a protection.
std::optional<Objection> CheckForm(const DeskEvent& event);

// A precedent is for what was approved as the rules protect it, and each person asks for it once.
std::optional<Objection> CheckPrecedent(const DeskEvent& event, const Case& held,
                                        const std::vector<Precedent>& precedents);

// There must be one of this case that has not ended.
std::optional<Objection> CheckEnd(const DeskEvent& event, const std::vector<Precedent>& precedents);

// YYYY-MM-DD, by form and by calendar.
bool IsDate(const std::string& text);

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_EVENT_CHECKS_H_
