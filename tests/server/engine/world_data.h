// Rows for the small world of tests/server/plan/world.h.
#ifndef KLUIS_TESTS_SERVER_ENGINE_WORLD_DATA_H_
#define KLUIS_TESTS_SERVER_ENGINE_WORLD_DATA_H_

#include <functional>
#include <map>
#include <random>
#include <string>

#include "tests/server/engine/engine_workshop.h"
#include "tests/server/plan/world.h"

namespace kluis {

// Writes the file of a snapshot: `value` gives the columns of row `i`.
inline void WriteRows(Snapshot* snapshot, const std::string& folder, int rows,
                      const std::function<StoredColumn(int, const Variable&)>& value) {
  snapshot->file = folder + "/" + snapshot->entry.name + ".duckdb";
  snapshot->sha256 = "world-" + snapshot->entry.name;
  std::unique_ptr<SnapshotWriter> writer;
  for (int i = 0; i < rows; ++i) {
    std::vector<StoredColumn> row;
    for (const Variable& variable : snapshot->entry.variables) {
      if (!variable.of.empty()) continue;
      row.push_back(value(i, variable));
      row.back().name = variable.name;
      row.back().role = variable.role;
    }
    if (writer == nullptr)
      writer = std::move(*SnapshotWriter::Create(snapshot->file, row, *TestKey(), 512));
    EXPECT_TRUE(writer->Append(row).ok());
  }
  EXPECT_TRUE(writer->Finish().ok());
}

// Of a household number: 0 to 149; one in three is not in the register of households.
inline int64_t Household(int64_t number) { return number * 7919 + 13; }

inline StoredColumn RandomCell(const Variable& variable, std::mt19937* random) {
  StoredColumn cell;
  if (variable.role == VariableRole::kMeasure) {
    cell.is_null = (*random)() % 9 == 0;
    const int64_t sign = variable.any_sign && (*random)() % 4 == 0 ? -1 : 1;
    cell.value = (*random)() % 7 == 0 ? 0 : sign * static_cast<int64_t>((*random)() % 20000);
  } else if (variable.range.has_value()) {
    cell.value = static_cast<int64_t>((*random)() % 10);
  } else {
    const bool missing = variable.missing_declared && (*random)() % 8 == 0;
    cell.value = missing ? -1 : static_cast<int64_t>((*random)() % variable.codes.codes.size());
  }
  return cell;
}

// Establishments of 100 businesses in two years: what a business has in a year stands in each row.
// Some are of a holding, some of no business; one in three is not in the register of concerns.
inline void WriteBusinesses(CatalogueView* world, const std::string& folder, std::mt19937* random) {
  std::vector<int> business_of(300), year_of(300);
  for (int i = 0; i < 300; ++i) {
    business_of[i] = static_cast<int>((*random)() % 110) - 10;
    year_of[i] = static_cast<int>((*random)() % 2);
  }
  std::map<std::pair<std::string, int64_t>, StoredColumn> of_unit;
  WriteRows(&world->datasets.at("vestiging"), folder, 300, [&](int i, const Variable& variable) {
    const int business = business_of[i];
    const int64_t unit = business * 2 + year_of[i];
    StoredColumn cell;
    if (variable.name == "vst") {
      cell.value = i + 1;
    } else if (variable.name == "holding") {
      cell.is_null = business < 0 || business % 3 == 0;
      cell.value = business / 4;
    } else if (variable.role == VariableRole::kIdentifier) {
      cell.is_null = business < 0;
      cell.value = variable.name == "bedrijf" ? business : unit;
    } else if (variable.name == "jaar") {
      cell.value = year_of[i];
    } else if (!variable.grain.empty()) {
      const bool of_business = variable.grain.size() > 1;
      const auto [place, fresh] =
          of_unit.emplace(std::pair(variable.name, of_business ? business : unit), cell);
      if (fresh) place->second = RandomCell(variable, random);
      cell = place->second;
      if (variable.role == VariableRole::kMeasure) cell.is_null |= business < 0;
    } else {
      cell = RandomCell(variable, random);
    }
    return cell;
  });
  WriteRows(&world->datasets.at("concern"), folder, 140, [&](int i, const Variable& variable) {
    if (variable.role != VariableRole::kIdentifier) return RandomCell(variable, random);
    StoredColumn cell;
    cell.value = i + i / 2;
    return cell;
  });
}

// The world with data: 400 persons in 150 households, some in none, and businesses.
inline CatalogueView WorldWithData(const std::string& folder, unsigned seed) {
  std::mt19937 random(seed);
  CatalogueView world = World();
  const int leaves[] = {2, 3, 5, 8};
  std::vector<int> household_of(400);
  for (int& household : household_of) household = static_cast<int>(random() % 160) - 10;
  WriteRows(&world.datasets.at("persoon"), folder, 400, [&](int i, const Variable& variable) {
    StoredColumn cell;
    const int household = household_of[i];
    if (variable.name == "rin") {
      cell.value = i + 1;
    } else if (variable.role == VariableRole::kIdentifier) {
      cell.is_null = household < 0;
      cell.value = Household(household) * (variable.name == "hhs" ? 3 : 1);
    } else if (variable.name == "buurt") {
      cell.value = leaves[(household < 0 ? i : household) % 4];
    } else {
      cell = RandomCell(variable, &random);
    }
    return cell;
  });
  for (const char* name : {"huishouden", "vordering", "verborgen"}) {
    WriteRows(&world.datasets.at(name), folder, 100, [&](int i, const Variable& variable) {
      if (variable.role != VariableRole::kIdentifier) return RandomCell(variable, &random);
      StoredColumn cell;
      cell.value = Household(i + i / 2) * (variable.name == "hhs" ? 3 : 1);
      return cell;
    });
  }
  WriteBusinesses(&world, folder, &random);
  return world;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_WORLD_DATA_H_
