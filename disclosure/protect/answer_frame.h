// What every answer has, whatever it is of. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_PROTECT_ANSWER_FRAME_H_
#define KLUIS_DISCLOSURE_PROTECT_ANSWER_FRAME_H_

#include <nlohmann/json.hpp>

#include "disclosure/protect/answer.h"

namespace kluis {

// The object without rows; every status has the same keys.
nlohmann::json AnswerFrame(const AnswerContext& context, const char* status);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_ANSWER_FRAME_H_
