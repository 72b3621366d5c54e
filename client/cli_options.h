// Options that several commands have, and the checks of what is typed.
#ifndef KLUIS_CLIENT_CLI_OPTIONS_H_
#define KLUIS_CLIENT_CLI_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

namespace kluis {

// What goes into a message must be UTF-8: the wire takes nothing else. Empty: it is.
std::string IsUtf8(const std::string& text);

// Each with the value at hand as its default.
void AddProfile(CLI::App& command, std::string* profile);
void AddTableOrJson(CLI::App& command, std::string* format);
// Empty: LanguageOf() decides.
void AddLanguage(CLI::App& command, std::string* language);

}  // namespace kluis

#endif  // KLUIS_CLIENT_CLI_OPTIONS_H_
