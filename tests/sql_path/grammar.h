// Random sentences of a grammar: texts in which `<name>` stands for one of the alternatives of that
// name. Two grammars stand in it: `<query>` is the language of docs/sql.md over the small world of
// tests/server/plan/world.h, and `<statement>` what PostgreSQL's parser takes besides.
#ifndef KLUIS_TESTS_SQL_PATH_GRAMMAR_H_
#define KLUIS_TESTS_SQL_PATH_GRAMMAR_H_

#include <random>
#include <string>

namespace kluis {

// `start` is such a name. Deeper than `depth` the first alternative of each name is taken, which
// ends. At most some 8 KiB.
std::string RandomSentence(const std::string& start, int depth, std::mt19937_64* random);

}  // namespace kluis

#endif  // KLUIS_TESTS_SQL_PATH_GRAMMAR_H_
