// Names the cells that an audit finds unprotected.
#ifndef KLUIS_SERVER_LOCAL_EXPOSED_H_
#define KLUIS_SERVER_LOCAL_EXPOSED_H_

#include <functional>
#include <string>

#include "disclosure/audit/audit.h"
#include "server/local/console.h"

namespace kluis {

// "PLACE: not protected: it lies between 3 and 5", of the first ten; `place` is asked for each.
void NameExposed(const LocalConsole& console, const AuditResult& result, int decimals,
                 const std::function<std::string(int cell)>& place);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_EXPOSED_H_
