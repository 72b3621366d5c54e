#include "client/explain.h"

#include "client/format/text.h"

namespace kluis {

void Explain(const Console& console, const AnswerView& judged) {
  if (judged.status == "refused") return;
  console.err << Printable(judged.plan, /*keep_layout=*/true)
              << "rules:      " << Printable(judged.rules) << "\n"
              << "cells:      " << judged.cells << "\n";
}

}  // namespace kluis
