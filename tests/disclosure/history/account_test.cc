// The account against its definition: on small systems every set of fewer than k contributors is
// tried, whether a statistic of them alone can be derived.
#include "disclosure/history/account.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <compare>
#include <cstdio>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "disclosure/history/prime_field.h"

namespace kluis {
namespace {

using Sets = std::vector<std::vector<int>>;

// Of the sets, without the atoms of `hidden`; by plain elimination, which shares nothing with the
// account but the field.
int Rank(const Sets& sets, size_t atoms, uint32_t hidden) {
  std::vector<std::vector<uint64_t>> rows;
  for (const std::vector<int>& set : sets) {
    std::vector<uint64_t>& row = rows.emplace_back(atoms, 0);
    for (const int atom : set) row[static_cast<size_t>(atom)] = (hidden >> atom & 1) == 0;
  }
  int rank = 0;
  for (size_t column = 0; column < atoms; ++column) {
    size_t pivot = static_cast<size_t>(rank);
    while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[pivot], rows[static_cast<size_t>(rank)]);
    const std::vector<uint64_t>& line = rows[static_cast<size_t>(rank)];
    const uint64_t scale = FieldInverse(line[column]);
    for (size_t r = static_cast<size_t>(rank) + 1; r < rows.size(); ++r) {
      const uint64_t multiple = FieldMultiply(rows[r][column], scale);
      for (size_t c = 0; c < atoms; ++c)
        rows[r][c] = FieldSubtract(rows[r][c], FieldMultiply(multiple, line[c]));
    }
    ++rank;
  }
  return rank;
}

// Whether a combination that is not zero covers fewer than k units: what is left of the sets
// outside these units has a smaller rank than the whole.
bool TellsOfFew(const Sets& sets, const std::vector<Atom>& atoms, int k) {
  const int whole = Rank(sets, atoms.size(), 0);
  for (uint32_t hidden = 1; hidden < 1u << atoms.size(); ++hidden) {
    int64_t units = 0;
    for (size_t a = 0; a < atoms.size(); ++a) units += (hidden >> a & 1) != 0 ? atoms[a].units : 0;
    if (units < k && Rank(sets, atoms.size(), hidden) < whole) return true;
  }
  return false;
}

// Edmonds' condition for k disjoint bases (1965): whatever units are taken away, the rank falls by
// one for each k of them at most.
bool HasDisjointBases(const Sets& sets, const std::vector<Atom>& atoms, int k) {
  const int whole = Rank(sets, atoms.size(), 0);
  for (uint32_t hidden = 1; hidden < 1u << atoms.size(); ++hidden) {
    int64_t units = 0;
    for (size_t a = 0; a < atoms.size(); ++a)
      units += (hidden >> a & 1) != 0 ? std::min<int64_t>(atoms[a].units, k) : 0;
    if (units < int64_t{k} * (whole - Rank(sets, atoms.size(), hidden))) return false;
  }
  return true;
}

std::vector<int> RandomSet(size_t atoms, std::mt19937* random) {
  std::vector<int> set;
  while (set.empty()) {
    for (size_t a = 0; a < atoms; ++a) {
      if ((*random)() % 2 == 0) set.push_back(static_cast<int>(a));
    }
  }
  return set;
}

TEST(PrimeFieldTest, MultipliesAndInverts) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t a = random() % (kPrime - 1) + 1, b = random() % kPrime;
    EXPECT_EQ(FieldMultiply(a, FieldInverse(a)), 1u);
    const absl::uint128 product = absl::uint128{a} * b % kPrime;
    EXPECT_EQ(FieldMultiply(a, b), absl::Uint128Low64(product));
    EXPECT_EQ(FieldAdd(FieldSubtract(a, b), b), a);
  }
  EXPECT_EQ(FieldMultiply(kPrime - 1, kPrime - 1), 1u);
}

// Sources of the figures: safety.md 14.
TEST(AccountTest, RankLimits) {
  EXPECT_EQ(RankLimit(300), 18);
  EXPECT_EQ(RankLimit(900), 46);
  EXPECT_EQ(RankLimit(2), 1);
}

TEST(AccountTest, NothingOfFewCanBeDerivedFromWhatIsAccepted) {
  const unsigned first = 20161128;
  int accepted = 0, denied = 0, needless = 0;
  std::printf("seeds %u to %u\n", first, first + 399);
  for (unsigned seed = first; seed < first + 400; ++seed) {
    std::mt19937 random(seed);
    const int k = 2 + static_cast<int>(random() % 3);
    std::vector<Atom> atoms(5 + random() % 5);
    // One area of many units besides, so that the limit of its rank is not what denies.
    for (Atom& atom : atoms) atom.units = 1 + static_cast<int64_t>(random() % 4);
    for (size_t a = 0; a < atoms.size(); ++a) atoms[a].leaf = static_cast<int>(a);
    Account account(k, atoms);
    Sets charged;
    for (int i = 0; i < 12; ++i) {
      const std::vector<int> set = RandomSet(atoms.size(), &random);
      const Charge charge = account.Add(set);
      Sets with = charged;
      with.push_back(set);
      const bool adds = Rank(with, atoms.size(), 0) > Rank(charged, atoms.size(), 0);
      if (!IsDenied(charge)) {
        ASSERT_EQ(charge == Charge::kAccepted, adds) << "seed " << seed;
      }
      const bool tells = TellsOfFew(with, atoms, k);
      if (!IsDenied(charge)) {
        ASSERT_FALSE(tells) << "seed " << seed << ", set " << i;
        ASSERT_TRUE(HasDisjointBases(with, atoms, k)) << "seed " << seed << ", set " << i;
        charged = with;
        ++accepted;
      } else {
        ++denied;
        needless += !tells;
        ASSERT_NE(charge, Charge::kRank);
        // Denied for want of bases where there are none, and nowhere else.
        if (charge == Charge::kBases) {
          ASSERT_FALSE(HasDisjointBases(with, atoms, k)) << "seed " << seed << ", set " << i;
        }
      }
      ASSERT_EQ(account.rank(), Rank(charged, atoms.size(), 0)) << "seed " << seed;
    }
  }
  std::printf("%d sets accepted, %d denied, %d of them needlessly\n", accepted, denied, needless);
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(denied, 1000);
  EXPECT_LT(needless * 4, denied);
}

// One person less: a table, and the same without one of forty.
TEST(AccountTest, ADifferenceOfOneIsDenied) {
  Account account(10, {{.units = 39}, {.units = 1}, {.units = 60}});
  EXPECT_EQ(account.Add({0, 1}), Charge::kAccepted);
  EXPECT_EQ(account.Add({0}), Charge::kBases);
  EXPECT_EQ(account.Add({1}), Charge::kFew);
  EXPECT_EQ(Account(10, {{.units = 9}, {.units = 9}}).Add({1}), Charge::kFew);
  EXPECT_EQ(account.Add({0, 1}), Charge::kFree);
  EXPECT_EQ(account.Add({0, 1, 2}), Charge::kAccepted);
  EXPECT_EQ(account.Add({2}), Charge::kFree);
}

// The tracker: everybody, the men, and the women but one.
TEST(AccountTest, ATrackerIsDenied) {
  Account account(10, {{.units = 40}, {.units = 39}, {.units = 1}});
  EXPECT_EQ(account.Add({0, 1, 2}), Charge::kAccepted);
  EXPECT_EQ(account.Add({0}), Charge::kAccepted);
  EXPECT_EQ(account.Add({1}), Charge::kBases);
}

// Random sets of 300 persons give back all their secret bits when enough are answered.
TEST(AccountTest, ReconstructionMeetsTheLimitOfTheRank) {
  std::mt19937 random(7);
  Account account(10, std::vector<Atom>(300));
  int denied = 0;
  for (int i = 0; i < 60; ++i) denied += account.Add(RandomSet(300, &random)) == Charge::kRank;
  EXPECT_EQ(account.rank(), 18);
  EXPECT_EQ(denied, 42);
}

// Where every atom has k units nothing of few can be derived, and all is accepted.
TEST(AccountTest, LargeAtomsAreNeverDenied) {
  std::mt19937 random(8);
  std::vector<Atom> atoms;
  for (int a = 0; a < 40; ++a) atoms.push_back({.units = 10, .leaf = a});
  Account account(10, atoms);
  for (int i = 0; i < 60; ++i) ASSERT_FALSE(IsDenied(account.Add(RandomSet(40, &random)))) << i;
  EXPECT_EQ(account.rank(), 40);
}

// Tables of 5,000 persons by area, sex and classes of age, some of a part of them.
TEST(AccountTest, OrdinaryTablesOfFiveThousandPersons) {
  struct Person {
    int area = 0, sex = 0, age = 0;
    auto operator<=>(const Person&) const = default;
  };
  std::mt19937 random(5);
  const auto draw = [&random](int below) { return static_cast<int>(random() % unsigned(below)); };
  std::map<Person, int64_t> people;
  for (int i = 0; i < 5000; ++i) ++people[{draw(10), draw(2), draw(80)}];
  std::vector<Atom> atoms;
  for (const auto& [person, units] : people) atoms.push_back({units, person.area});
  Account account(10, atoms);
  std::map<Charge, int> charges;
  Sets accepted;
  for (int table = 0; table < 40; ++table) {
    const int level = draw(3), by_sex = draw(2), width = 5 << draw(4);
    const int sex = draw(4) == 0 ? draw(2) : -1;
    const bool cut = draw(4) == 0;
    const int low = cut ? 15 + 5 * draw(4) : 0, high = cut ? 65 + 5 * draw(3) : 80;
    std::map<Person, std::vector<int>> rows;
    int atom = 0;
    for (const auto& [person, units] : people) {
      const int number = atom++;
      if ((sex >= 0 && person.sex != sex) || person.age < low || person.age >= high) continue;
      const int area = level == 0 ? 0 : level == 1 ? person.area / 5 : person.area;
      rows[{area, by_sex * person.sex, person.age / width}].push_back(number);
    }
    for (const auto& [row, set] : rows) {
      const Charge charge = account.Add(set);
      ++charges[charge];
      if (charge == Charge::kAccepted) accepted.push_back(set);
    }
  }
  std::printf("%d free, %d accepted; denied: %d few, %d by rank, %d for want of bases\n",
              charges[Charge::kFree], charges[Charge::kAccepted], charges[Charge::kFew],
              charges[Charge::kRank], charges[Charge::kBases]);
  EXPECT_GT(charges[Charge::kFree] + charges[Charge::kAccepted], 500);
  // Small combinations of what was accepted, with factors of -1 and 1.
  for (int i = 0; i < 20'000; ++i) {
    std::vector<int> factors(atoms.size(), 0);
    for (int term = 0, terms = 2 + draw(4); term < terms; ++term) {
      const int factor = draw(2) == 0 ? -1 : 1;
      for (const int atom : accepted[static_cast<size_t>(draw(static_cast<int>(accepted.size())))])
        factors[static_cast<size_t>(atom)] += factor;
    }
    int64_t units = 0;
    for (size_t a = 0; a < atoms.size(); ++a) units += factors[a] != 0 ? atoms[a].units : 0;
    ASSERT_TRUE(units == 0 || units >= 10) << units << " units after " << i;
  }
}

}  // namespace
}  // namespace kluis
