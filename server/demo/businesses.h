// Businesses, their holdings and establishments, 2012 to 2022.
#ifndef KLUIS_SERVER_DEMO_BUSINESSES_H_
#define KLUIS_SERVER_DEMO_BUSINESSES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/demo/geography.h"

namespace kluis::demo {

inline constexpr int kFirstYear = 2012, kLastYear = 2022, kYears = kLastYear - kFirstYear + 1;

// A year of a business; persons = 0: it did not exist.
struct BusinessYear {
  int persons = 0;
  int64_t turnover = 0;  // 10 euro: thousands with two decimals
};

struct Business {
  std::string sbi;              // class, four digits
  int holding = -1;             // -1: not part of a group
  int neighbourhood = 0;        // of the seat
  int founded = 0, closed = 0;  // years; closed 0: still there
  std::array<BusinessYear, kYears> years{};
  std::vector<int> establishments;  // neighbourhoods, the seat first
};

struct Economy {
  std::vector<Business> businesses;
  int holdings = 0;
  std::vector<std::string> classes;  // of SBI 2008
};

// The municipality's own definition of smart services: class -> group.
struct SmartClass {
  const char* sbi;
  const char* group;
};
inline constexpr SmartClass kSmartClasses[] = {{"6201", "data"},          {"6311", "data"},
                                               {"6920", "administratie"}, {"8211", "administratie"},
                                               {"7022", "advies"},        {"7112", "advies"}};

// Classes are read from `sbi_codes` (code,parent,level,...). In Heerlen one holding earns more than
// half of the turnover of smart services through two businesses, three holdings more than 70%:
// dominance fails on the holding and passes on the business. Camp sites (5530) and other
// accommodation (5590) have two units and one there.
absl::StatusOr<Economy> MakeEconomy(const Geography& geography, const std::string& sbi_codes,
                                    uint64_t seed);

std::string BusinessKey(int business);
std::string HoldingKey(int holding);  // empty for -1
// The share of `persons` that works in establishment `index` of a business.
int PersonsAt(const Business& business, int index, int persons);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_BUSINESSES_H_
