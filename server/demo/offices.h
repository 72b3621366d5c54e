// Office objects: the municipality's list joined to the buildings register.
#ifndef KLUIS_SERVER_DEMO_OFFICES_H_
#define KLUIS_SERVER_DEMO_OFFICES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/demo/geography.h"

namespace kluis::demo {

struct Office {
  int neighbourhood = 0;
  int owner = 0;
  const char* location = "overig";
  int floor_m2 = 0;
  bool vacant = false;
};

// Half of the objects stand in Heerlen. Sizes are lognormal with a median of 900 m2 and a heavy
// end; few owners hold much. 19% of the floor area in Heerlen stands empty, 10% elsewhere.
std::vector<Office> MakeOffices(const Geography& geography, uint64_t seed, int shrink);

absl::Status WriteOffices(const Geography& geography, const std::vector<Office>& offices,
                          const std::string& path);

// The same objects at the end of 2018, other ones of them vacant, by the municipalities of then:
// Beekdaelen was Onderbanken, Nuth and Schinnen until 2019.
absl::Status WriteOfficesOf2018(const Geography& geography, std::vector<Office> offices,
                                uint64_t seed, const std::string& path);

// Not a dwelling: objects have numbers of their own.
std::string ObjectKey(int object);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_OFFICES_H_
