#include "client/cli_options.h"

#include <vector>

#include "client/format/text.h"

namespace kluis {

std::string IsUtf8(const std::string& text) {
  return ValidUtf8Prefix(text) == text.size() ? "" : "the text is not UTF-8";
}

void AddProfile(CLI::App& command, std::string* profile) {
  command.add_option("--profile", *profile, "The enclave to talk to, as named at login")
      ->type_name("NAME")
      ->capture_default_str();
}

void AddTableOrJson(CLI::App& command, std::string* format) {
  command.add_option("--format", *format, "table or json")
      ->check(CLI::IsMember(std::vector<std::string>{"table", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
}

void AddLanguage(CLI::App& command, std::string* language) {
  command.add_option("--lang", *language, "nl or en; default: that of LANG")
      ->check(CLI::IsMember({"nl", "en"}))
      ->type_name("LANG");
}

}  // namespace kluis
