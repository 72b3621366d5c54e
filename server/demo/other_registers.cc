#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/demo/csv_file.h"
#include "server/demo/registers.h"

namespace kluis::demo {
namespace {

constexpr int kEmptyDwellingsPerThousand = 5;

std::string EstablishmentObject(int business, int index) {
  return absl::StrCat("0917020000", absl::Dec(int64_t{business} * 10 + index, absl::kZeroPad16),
                      "000000");
}

// gem, wc, bc; one object in 500 has no neighbourhood.
std::string Place(const World& world, int neighbourhood, Random& random) {
  const std::string& code = world.geography.neighbourhoods[neighbourhood].code;
  const std::string area = code.substr(2);
  return absl::StrCat(area.substr(0, 4), ",", area.substr(0, 6), ",",
                      random.Chance(0.002) ? "" : area);
}

// Calls object(key, neighbourhood) for each dwelling, office and establishment.
template <typename Object>
void ForEachObject(const World& world, Object object) {
  for (size_t i = 0; i < world.population.households.size(); ++i) {
    object(DwellingObject(static_cast<int>(i)), world.population.households[i].neighbourhood, 'W');
  }
  const int households = static_cast<int>(world.population.households.size());
  for (int i = 0; i < households * kEmptyDwellingsPerThousand / 1000; ++i) {
    object(DwellingObject(households + i),
           world.population.households[i * 97 % households].neighbourhood, 'W');
  }
  for (size_t i = 0; i < world.offices.size(); ++i) {
    object(OfficeObject(static_cast<int>(i)), world.offices[i].neighbourhood, 'K');
  }
  for (size_t i = 0; i < world.economy.businesses.size(); i += 3) {
    const Business& b = world.economy.businesses[i];
    object(EstablishmentObject(static_cast<int>(i), 0), b.establishments[0], 'B');
  }
}

absl::Status WritePlaces(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "SOORTOBJECTNUMMER,RINOBJECTNUMMER,gem2022,wc2022,bc2022"));
  Random random(world.seed, "places");
  ForEachObject(world, [&](const std::string& key, int neighbourhood, char) {
    file.Row("B", key, Place(world, neighbourhood, random));
  });
  return file.Close();
}

absl::Status WriteBuildings(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(
          path, "SOORTOBJECTNUMMER,RINOBJECTNUMMER,GEBRUIKSDOEL,OPPERVLAKTE,BOUWJAAR,STATUS"));
  Random random(world.seed, "buildings");
  size_t office = 0;
  ForEachObject(world, [&](const std::string& key, int, char kind) {
    const int size = static_cast<int>(100 * Exp(0.4 * random.Normal()));
    const int year = 1890 + static_cast<int>(132 * (1 - random.Unit() * random.Unit()));
    file.Row("B", key,
             kind == 'W'   ? "wonen"
             : kind == 'K' ? "kantoor"
                           : "winkel",
             kind == 'K' ? world.offices[office++].floor_m2 : size, year, "in gebruik");
  });
  return file.Close();
}

absl::Status WriteOwners(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file,
                         CsvFile::Create(path, "SOORTOBJECTNUMMER,RINOBJECTNUMMER,TypeEigenaar"));
  Random random(world.seed, "owners");
  for (size_t i = 0; i < world.population.households.size(); ++i) {
    const double rank = world.population.households[i].rank;
    file.Row("B", DwellingObject(static_cast<int>(i)), random.Chance(0.2 + 0.7 * rank) ? "E" : "H");
  }
  return file.Close();
}

absl::Status WriteBusinessRegister(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file, CsvFile::Create(path,
                                    "BEID,OG_ID,SBI2008,GK_SBS,WERKZAMEPERS,RECHTSVORM,OMZET,JAAR,"
                                    "DATUMOPRICHTING,DATUMOPHEFFING"));
  for (size_t i = 0; i < world.economy.businesses.size(); ++i) {
    const Business& b = world.economy.businesses[i];
    const std::string closed = b.closed == 0 ? "88888888" : absl::StrCat(b.closed, "0630");
    for (int y = 0; y < kYears; ++y) {
      const int persons = b.years[y].persons;
      if (persons == 0) continue;
      const int size = persons == 1 ? 10 : persons < 10 ? 21 : persons < 50 ? 40 : 60;
      file.Row(BusinessKey(static_cast<int>(i)), HoldingKey(b.holding), absl::StrCat(b.sbi, "0"),
               size, persons, persons == 1 ? "01" : "41", b.years[y].turnover * 10, kFirstYear + y,
               absl::StrCat(b.founded, "0101"), closed);
    }
  }
  return file.Close();
}

absl::Status WriteEstablishmentRegister(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path, "BEID,LBEID,SOORTOBJECTNUMMER,RINOBJECTNUMMER,SBI2008,WERKZAMEPERS"));
  Random random(world.seed, "establishments");
  for (size_t i = 0; i < world.economy.businesses.size(); ++i) {
    const Business& b = world.economy.businesses[i];
    const int persons = b.years[kYears - 1].persons;
    if (persons == 0) continue;
    const std::string key = BusinessKey(static_cast<int>(i));
    for (size_t v = 0; v < b.establishments.size(); ++v) {
      const int copies = random.Chance(0.004) ? 2 : 1;  // some are delivered twice
      for (int c = 0; c < copies; ++c) {
        file.Row(key, absl::StrCat(key, "/", v + 1), "B",
                 EstablishmentObject(static_cast<int>(i), static_cast<int>(v)),
                 absl::StrCat(b.sbi, "0"), PersonsAt(b, static_cast<int>(v), persons));
      }
    }
  }
  return file.Close();
}

absl::Status WriteSurveyRegister(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "RINPERSOONS,RINPERSOON,JAAR,GEWICHT,ONVEILIGBUURT,RAPPORTCIJFER,"
                      "SLACHTOFFER"));
  for (const Respondent& r : world.respondents) {
    const std::string weight =
        absl::StrCat(r.weight / 10000, ".", absl::Dec(r.weight % 10000, absl::kZeroPad4));
    file.Row("R", Rin(r.person), 2021, weight, r.unsafe, r.mark == 0 ? "" : absl::StrCat(r.mark),
             r.victim ? 1 : 0);
  }
  return file.Close();
}

absl::Status WriteOfficeList(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file,
                         CsvFile::Create(path, "RINOBJECTNUMMER,VVO_M2,LEEG_SINDS,LOCATIETYPE"));
  Random random(world.seed, "vacant since");
  for (size_t i = 0; i < world.offices.size(); ++i) {
    const Office& o = world.offices[i];
    const int64_t since = 20150101 + 10000 * static_cast<int64_t>(random.Below(8));
    file.Row(OfficeObject(static_cast<int>(i)), o.floor_m2, o.vacant ? absl::StrCat(since) : "",
             o.location);
  }
  return file.Close();
}

// The municipality's administration: some persons twice, some keys without their leading zeros.
absl::Status WriteSchemes(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, "RINPERSOON,REGELING,JAAR"));
  static constexpr const char* kSchemes[] = {"meedoen", "collectieve zorgverzekering",
                                             "individuele inkomenstoeslag"};
  Random random(world.seed, "schemes");
  for (const Household& h : world.population.households) {
    if (!h.scheme) continue;
    std::string key = Rin(h.first_person);
    int64_t number = 0;
    if (random.Chance(0.5) && absl::SimpleAtoi(key, &number)) key = absl::StrCat(number);
    const int rows = random.Chance(0.08) ? 2 : 1;
    for (int r = 0; r < rows; ++r) file.Row(key, kSchemes[random.Below(3)], 2022);
  }
  return file.Close();
}

absl::Status WriteHorecaLicences(const World& world, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, "BEID,CATEGORIE,AFGIFTE"));
  for (size_t i = 0; i < world.economy.businesses.size(); ++i) {
    const Business& b = world.economy.businesses[i];
    const int district = world.geography.neighbourhoods[b.neighbourhood].district;
    const bool heerlen =
        world.geography.MunicipalityOf(world.geography.districts[district]).code == "GM0917";
    if (!heerlen || b.sbi.substr(0, 2) != "56" || b.years[kYears - 1].persons == 0) continue;
    file.Row(BusinessKey(static_cast<int>(i)), b.sbi == "5630" ? "cafe" : "restaurant",
             absl::StrCat(b.founded, "0401"));
  }
  return file.Close();
}

absl::Status WriteSectorDefinition(const World&, const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, "SBI2008,GROEP"));
  for (const SmartClass& c : kSmartClasses) file.Row(absl::StrCat(c.sbi, "0"), c.group);
  return file.Close();
}

}  // namespace

std::string OfficeObject(int office) {
  return absl::StrCat("0917030000", absl::Dec(int64_t{office} + 1, absl::kZeroPad16), "000000");
}

absl::Status WriteOtherRegisters(const World& world, const std::string& folder,
                                 const Progress& progress) {
  using Writer = absl::Status (*)(const World&, const std::string&);
  static constexpr std::pair<const char*, Writer> kFiles[] = {
      {"VSLGWB2022TAB03V1.csv", WritePlaces},
      {"BAG_VBO2022.csv", WriteBuildings},
      {"EIGENDOM2022TABV1.csv", WriteOwners},
      {"ABR_BE2022.csv", WriteBusinessRegister},
      {"ABR_LBE2022.csv", WriteEstablishmentRegister},
      {"VEILIGHEIDSMONITOR2021.csv", WriteSurveyRegister},
      {"HRL_KANTOOR.csv", WriteOfficeList},
      {"HRL_MINIMA.csv", WriteSchemes},
      {"HRL_HORECAVERGUNNING.csv", WriteHorecaLicences},
      {"HRL_SMARTSERVICES.csv", WriteSectorDefinition}};
  for (const auto& [name, write] : kFiles) {
    KLUIS_RETURN_IF_ERROR(write(world, absl::StrCat(folder, "/", name)));
    progress(absl::StrCat("registers/", name));
  }
  return absl::OkStatus();
}

}  // namespace kluis::demo
