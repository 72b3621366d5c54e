// Registers of the size of the Netherlands, made up: persons, and businesses with their holdings.
#ifndef KLUIS_BENCH_REGISTERS_H_
#define KLUIS_BENCH_REGISTERS_H_

#include <cstdint>
#include <filesystem>

namespace kluis {

// 17.4 million persons and 1.9 million businesses, or the share of it that KLUIS_BENCH_SHARE says.
struct RegisterSizes {
  int64_t persons = 17'400'000, businesses = 1'900'000, employed = 8'700'000;

  static RegisterSizes FromEnvironment();
};

// Writes `policies`/{persoon,baan,bedrijf}.yaml with their CSV files, and the code lists. Geography is
// random, areas have unequal sizes, incomes and turnovers are lognormal. The same bytes every time.
void WriteRegisters(const std::filesystem::path& policies, const RegisterSizes& sizes);
// Of persons alone.
void WritePersons(const std::filesystem::path& policies, int64_t persons);

}  // namespace kluis

#endif  // KLUIS_BENCH_REGISTERS_H_
