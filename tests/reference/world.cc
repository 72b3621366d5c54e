#include "tests/reference/world.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

Secrecy RandomKind(Random* random) {
  return random->OneIn(2) ? Secrecy::kIdentifying : static_cast<Secrecy>(random->Below(3));
}

// Parents stand before their children, but children need not stand beside each other. A branch may
// end at any level, and a level may be left out.
RegisterDimension RandomTree(const std::string& name, Random* random) {
  RegisterDimension tree;
  tree.name = name;
  tree.kind = RandomKind(random);
  const int levels = static_cast<int>(random->Between(1, 3));
  for (int i = static_cast<int>(random->Between(2, levels == 1 ? 5 : 10)); i > 0; --i) {
    ListedCode code{absl::StrCat(name, tree.codes.size()), -1, 1};
    if (!tree.codes.empty() && !random->OneIn(3)) {
      const int parent = static_cast<int>(random->Below(static_cast<int64_t>(tree.codes.size())));
      const int least = tree.codes[parent].level + 1;
      if (least <= levels) {
        code.parent = parent;
        code.level = random->OneIn(6) ? static_cast<int>(random->Between(least, levels)) : least;
      }
    }
    tree.codes.push_back(code);
  }
  const int deepest = tree.level_count();
  const bool named = deepest > 1 && !random->OneIn(6);
  // Data may stand deeper than the levels that are named.
  const int named_levels = named ? static_cast<int>(random->Between(random->OneIn(4) ? 1 : deepest, deepest)) : 0;
  for (int l = 1; l <= named_levels; ++l) tree.levels.push_back(absl::StrCat("niveau", l));
  if (named && random->OneIn(2)) {
    const int level = static_cast<int>(random->Between(1, named_levels));
    tree.others.push_back({absl::StrCat(name, "_n", level), level});
  }
  tree.missing = random->OneIn(3);
  return tree;
}

RegisterDimension RandomRange(const std::string& name, Random* random) {
  RegisterDimension range;
  range.name = name;
  range.kind = RandomKind(random);
  range.low = static_cast<int>(random->Between(0, 3));
  range.high = range.low + static_cast<int>(random->Between(3, 14));
  const bool nested = range.kind != Secrecy::kIdentifying;
  const int unit = nested ? 4 : static_cast<int>(random->Pick<int64_t>({2, 4, 6, 12}));
  const int span = range.high + 1 - range.low;
  if (span >= unit && !random->OneIn(4)) {
    const int length = span / unit * unit;
    range.band_from = range.low + static_cast<int>(random->Between(0, span - length));
    range.band_to = range.band_from + length;
    for (const int width : {1, 2, 3, 4, 6}) {
      if (unit % width == 0 && (!nested || width != 3) && !random->OneIn(3)) range.widths.push_back(width);
    }
  }
  range.missing = random->OneIn(3);
  return range;
}

std::vector<RegisterDimension> RandomDimensions(const std::string& prefix, int count, Random* random) {
  std::vector<RegisterDimension> dimensions;
  for (int d = 0; d < count; ++d) {
    const std::string name = prefix + static_cast<char>('a' + d);
    dimensions.push_back(random->OneIn(3) ? RandomRange(name, random) : RandomTree(name, random));
  }
  return dimensions;
}

int RandomValue(const RegisterDimension& dimension, Random* random) {
  if (dimension.missing && random->OneIn(5)) return kMissingValue;
  const std::vector<int> values = dimension.Values();
  // Some values are never drawn, and some are drawn often.
  const int64_t most = static_cast<int64_t>(values.size());
  return values[std::min(random->Below(most), random->Below(most))];
}

std::optional<int64_t> RandomMeasure(const RegisterMeasure& measure, Random* random) {
  if (random->OneIn(8)) return std::nullopt;
  if (random->OneIn(6)) return 0;
  const int64_t size = random->OneIn(4) ? random->Below(7) : random->Below(100'000);
  return measure.any_sign && random->OneIn(3) ? -size : size;
}

std::optional<std::string> RandomId(const std::string& prefix, int64_t many, bool may_be_empty, Random* random) {
  if (may_be_empty && random->OneIn(4)) return std::nullopt;
  return absl::StrCat(prefix, random->Below(many));
}

void AddRow(Register* of, std::vector<std::optional<std::string>> ids, Random* random) {
  RegisterRow row;
  for (const RegisterDimension& dimension : of->dimensions) row.values.push_back(RandomValue(dimension, random));
  for (size_t m = 0; m < of->measures.size(); ++m) {
    const bool weight = static_cast<int>(m) == of->weight;
    row.measures.push_back(weight ? random->Below(random->OneIn(8) ? 2 : 60) : RandomMeasure(of->measures[m], random));
  }
  row.ids = std::move(ids);
  of->rows.push_back(std::move(row));
}

Register RandomUnit(const std::vector<RegisterLink>& links, Random* random) {
  Register unit;
  unit.name = "t";
  unit.dimensions = RandomDimensions("d", static_cast<int>(random->Between(1, 4)), random);
  for (int m = static_cast<int>(random->Between(1, 2)); m > 0; --m)
    unit.measures.push_back({absl::StrCat("m", m), static_cast<int>(random->Below(4)), random->OneIn(2)});
  if (random->OneIn(3)) {
    unit.weight = static_cast<int>(unit.measures.size());
    unit.measures.push_back({"gewicht", static_cast<int>(random->Below(3)), false});
  }
  unit.ids = {"rin", "bedrijf", "holding"};
  for (const RegisterLink& link : links) unit.ids.insert(unit.ids.end(), link.key.begin(), link.key.end());
  unit.contributor.assign(unit.ids.begin(), unit.ids.begin() + random->Between(1, 3));
  const bool unique = random->OneIn(2);
  const int64_t rows = random->Pick<int64_t>({1, 6, 25, 60});
  for (int64_t i = 0; i < rows; ++i) {
    std::vector<std::optional<std::string>> ids = {absl::StrCat("r", unique ? i : random->Below(rows)),
                                                   RandomId("b", 1 + rows / 3, true, random),
                                                   RandomId("h", 1 + rows / 6, true, random)};
    for (const RegisterLink& link : links) {
      for (size_t k = 0; k < link.key.size(); ++k) ids.push_back(RandomId("k", k == 0 ? 12 : 3, true, random));
    }
    AddRow(&unit, std::move(ids), random);
  }
  return unit;
}

Register RandomPartner(const RegisterLink& link, const std::string& name, Random* random) {
  Register partner;
  partner.name = name;
  partner.dimensions = RandomDimensions(name, static_cast<int>(random->Between(1, 2)), random);
  partner.ids = link.key;
  partner.contributor = {link.key.back()};
  std::set<std::vector<std::string>> known;
  for (int64_t i = random->Between(1, 14); i > 0; --i) {
    std::vector<std::optional<std::string>> ids;
    std::vector<std::string> key;
    for (size_t k = 0; k < link.key.size(); ++k) {
      ids.push_back(RandomId("k", k == 0 ? 12 : 3, false, random));
      key.push_back(*ids.back());
    }
    if (known.insert(key).second) AddRow(&partner, std::move(ids), random);
  }
  return partner;
}

const char* NameOf(Secrecy kind) {
  return kind == Secrecy::kIdentifying ? "identifying" : kind == Secrecy::kMixed ? "mixed" : "confidential";
}

template <typename T>
std::string ListText(const std::vector<T>& items) {
  std::string text = "[";
  for (const T& item : items) absl::StrAppend(&text, text.size() > 1 ? ", " : "", item);
  return text + "]";
}

std::string DimensionText(const Register& of, const RegisterDimension& d) {
  std::string text = absl::StrCat("  ", d.name, ": {role: dimension, kind: ", NameOf(d.kind));
  if (d.is_range()) {
    absl::StrAppend(&text, ", range: [", d.low, ", ", d.high, "]");
    if (!d.widths.empty())
      absl::StrAppend(&text, ", bands: {from: ", d.band_from, ", to: ", d.band_to, ", widths: ", ListText(d.widths), "}");
  } else {
    absl::StrAppend(&text, ", codes: datasets/", of.name, "_", d.name, ".csv");
    if (!d.levels.empty()) absl::StrAppend(&text, ", levels: ", ListText(d.levels));
  }
  if (d.missing) absl::StrAppend(&text, ", missing: [\"\", onbekend]");
  absl::StrAppend(&text, "}\n");
  for (const auto& [name, level] : d.others)
    absl::StrAppend(&text, "  ", name, ": {role: dimension, of: ", d.name, ", level: ", d.levels[level - 1], "}\n");
  return text;
}

std::string EntryText(const RegisterWorld& world, const Register& of) {
  std::string text = absl::StrCat("dataset: ", of.name, "\ntitle: {nl: a, en: a}\nperiod: \"2022\"\nunit: u\nsource: {file: ", of.name,
                                  ".csv}\ncontributor: ", ListText(of.contributor), "\n");
  if (of.weight >= 0) absl::StrAppend(&text, "weight: ", of.measures[of.weight].name, "\n");
  absl::StrAppend(&text, "variables:\n");
  for (const std::string& id : of.ids) absl::StrAppend(&text, "  ", id, ": {role: identifier}\n");
  for (const RegisterDimension& d : of.dimensions) absl::StrAppend(&text, DimensionText(of, d));
  for (const RegisterMeasure& m : of.measures) {
    absl::StrAppend(&text, "  ", m.name, ": {role: measure, decimals: ", m.decimals, m.any_sign ? ", sign: any" : "",
                    m.name == "gewicht" ? "" : ", missing: [\"9999999\"]", "}\n");
  }
  if (&of != &world.registers[0] || world.links.empty()) return text;
  absl::StrAppend(&text, "links:\n");
  for (size_t l = 0; l < world.links.size(); ++l) {
    const RegisterLink& link = world.links[l];
    absl::StrAppend(&text, "  ", link.name, ": {key: ", ListText(link.key), ", to: ", world.registers[l + 1].name,
                    ", one: true, membership: ", NameOf(link.membership), "}\n");
  }
  return text;
}

std::string FixedText(int64_t scaled, int decimals) {
  std::string digits = absl::StrCat(scaled < 0 ? -scaled : scaled);
  while (static_cast<int>(digits.size()) <= decimals) digits.insert(0, "0");
  if (decimals > 0) digits.insert(digits.size() - decimals, ".");
  return (scaled < 0 ? "-" : "") + digits;
}

std::string RowsText(const Register& of) {
  std::string text;
  for (const std::string& id : of.ids) absl::StrAppend(&text, text.empty() ? "" : ",", id);
  for (const RegisterDimension& d : of.dimensions) absl::StrAppend(&text, ",", d.name);
  for (const RegisterMeasure& m : of.measures) absl::StrAppend(&text, ",", m.name);
  text += "\n";
  for (size_t r = 0; r < of.rows.size(); ++r) {
    const RegisterRow& row = of.rows[r];
    for (size_t i = 0; i < row.ids.size(); ++i) absl::StrAppend(&text, i == 0 ? "" : ",", row.ids[i].value_or(""));
    for (size_t d = 0; d < row.values.size(); ++d) {
      const RegisterDimension& dimension = of.dimensions[d];
      const int value = row.values[d];
      absl::StrAppend(&text, ",", value == kMissingValue ? (r % 2 == 0 ? "" : "onbekend")
                                  : dimension.is_range() ? absl::StrCat(value)
                                                         : dimension.codes[value].code);
    }
    for (size_t m = 0; m < row.measures.size(); ++m) {
      const std::string missing = r % 2 == 0 ? "" : "9999999";
      absl::StrAppend(&text, ",", row.measures[m] ? FixedText(*row.measures[m], of.measures[m].decimals) : missing);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

int RegisterDimension::level_count() const {
  if (!levels.empty()) return static_cast<int>(levels.size());
  int deepest = 1;
  for (const ListedCode& code : codes) deepest = std::max(deepest, code.level);
  return deepest;
}

int RegisterDimension::Counted(int value) const {
  while (codes[value].level > level_count() && codes[value].parent >= 0) value = codes[value].parent;
  return value;
}

std::vector<int> RegisterDimension::Values() const {
  std::vector<int> values;
  if (is_range()) {
    for (int v = low; v <= high; ++v) values.push_back(v);
    return values;
  }
  std::vector<bool> divided(codes.size(), false);
  for (const ListedCode& code : codes) {
    if (code.parent >= 0 && code.level <= level_count()) divided[code.parent] = true;
  }
  for (size_t i = 0; i < codes.size(); ++i) {
    if (!divided[Counted(static_cast<int>(i))]) values.push_back(static_cast<int>(i));
  }
  return values;
}

int Register::IdOf(const std::string& id) const {
  return static_cast<int>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

RegisterWorld RandomWorld(Random* random) {
  RegisterWorld world;
  if (!random->OneIn(3)) world.links.push_back({"huis", {"hk", "hl"}, RandomKind(random)});
  if (!random->OneIn(3)) world.links.push_back({"baan", {"bk"}, RandomKind(random)});
  world.registers.push_back(RandomUnit(world.links, random));
  for (size_t l = 0; l < world.links.size(); ++l)
    world.registers.push_back(RandomPartner(world.links[l], l == 0 ? "u" : "w", random));
  return world;
}

std::map<std::string, std::string> FilesOf(const RegisterWorld& world) {
  std::map<std::string, std::string> files;
  for (const Register& of : world.registers) {
    files[of.name + ".yaml"] = EntryText(world, of);
    files[of.name + ".csv"] = RowsText(of);
    for (const RegisterDimension& d : of.dimensions) {
      if (d.is_range()) continue;
      std::string& list = files[absl::StrCat(of.name, "_", d.name, ".csv")];
      list = "code,parent,level,label_nl,label_en\n";
      for (const ListedCode& code : d.codes)
        absl::StrAppend(&list, code.code, ",", code.parent < 0 ? "" : d.codes[code.parent].code, ",", code.level, ",a,a\n");
    }
  }
  return files;
}

}  // namespace kluis
