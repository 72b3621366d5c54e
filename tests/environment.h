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

// So many random instances, or the part 1 / KLUIS_PART of them: where the same ones also run at
// full speed, under a sanitizer fewer are enough.
inline uint64_t Instances(uint64_t usual) {
  const uint64_t part = FromEnvironment("KLUIS_PART", 1);
  return part <= 1 ? usual : (usual + part - 1) / part;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_ENVIRONMENT_H_
