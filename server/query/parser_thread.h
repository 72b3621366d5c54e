// PostgreSQL's parser on a stack of its own. The only user of libpg_query. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_PARSER_THREAD_H_
#define KLUIS_SERVER_QUERY_PARSER_THREAD_H_

#include <string>

namespace kluis {

struct RawParse {
  std::string text;
  std::string tree;  // JSON
  bool failed = false;
  std::string error;
  int cursor = 0;  // from 1, in code points
};

// Parses raw->text; one text at a time, whoever asks. libpg_query takes one of the process's few
// keys of thread-specific data (1,024 on Linux) for each thread that it ever runs on, so it runs on
// one that stays. False when that could not be started.
bool RunParser(RawParse* raw);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_PARSER_THREAD_H_
