// Parts of the reader of .rda files: its lines and keywords, and what is checked at the end.
// Internal to this folder.
#ifndef KLUIS_DISCLOSURE_ARGUS_RDA_PARTS_H_
#define KLUIS_DISCLOSURE_ARGUS_RDA_PARTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "disclosure/argus/rda.h"
#include "disclosure/argus/source_text.h"

namespace kluis {

struct RdaLine {
  int number = 0;
  std::vector<Word> words;
};

// The lines that say something, keywords in capitals.
std::vector<RdaLine> ReadRdaLines(SourceText* text);

bool IsRdaKeyword(const Word& word);

// Keywords of a table's columns -> what the column is.
const std::map<std::string, ArgusRole>& RdaTableRoles();

// One that only a description of a table has.
bool IsRdaTableKeyword(const std::string& keyword);

// One that asks for cell-key noise.
bool IsCellKeyKeyword(const std::string& keyword);

bool LooksLikeTable(const std::vector<RdaLine>& lines);

// Variables without what they need, and what may be there only once. Nothing after other mistakes,
// of which most of it would be a consequence. `hierarchical`: names marked <HIERARCHICAL>.
void CheckRda(const ArgusMetadata& metadata, const std::set<std::string>& hierarchical,
              DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_RDA_PARTS_H_
