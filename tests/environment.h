// Numbers that the environment gives to long tests.
#ifndef KLUIS_TESTS_ENVIRONMENT_H_
#define KLUIS_TESTS_ENVIRONMENT_H_

#include <cstdint>
#include <cstdlib>

namespace kluis {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace kluis

#endif  // KLUIS_TESTS_ENVIRONMENT_H_
