#include "server/demo/analysis_files.h"

#include <algorithm>

#include "disclosure/base/status_macros.h"
#include "server/demo/csv_file.h"

namespace kluis::demo {
namespace {

const char* YesNo(bool value) { return value ? "ja" : "nee"; }

std::string SizeClass(int persons) { return persons >= 6 ? "6+" : absl::StrCat(persons); }

const char* BusinessSize(int persons) {
  return persons < 10 ? "klein" : persons < 50 ? "middel" : "groot";
}

const std::string& MunicipalityCode(const Geography& geography, int neighbourhood) {
  const int district = geography.neighbourhoods[neighbourhood].district;
  return geography.MunicipalityOf(geography.districts[district]).code;
}

// Hundredths as a decimal number. REQUIRES: value >= 0.
std::string Hundredths(int64_t value) {
  return absl::StrCat(value / 100, ".", absl::Dec(value % 100, absl::kZeroPad2));
}

}  // namespace

absl::Status WritePersons(const Geography& geography, const Population& population,
                          const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "rinpersoon,huishouden_id,buurt,geslacht,leeftijd,herkomst,generatie,"
                      "secm,bijstand,inkomen"));
  for (size_t i = 0; i < population.persons.size(); ++i) {
    const Person& p = population.persons[i];
    const Household& household = population.households[p.household];
    file.Row(PersonKey(static_cast<int>(i)), HouseholdKey(p.household),
             geography.neighbourhoods[household.neighbourhood].code, p.sex, p.age, p.origin,
             p.generation, p.secm, YesNo(p.assistance), p.income);
  }
  return file.Close();
}

absl::Status WriteHouseholds(const Geography& geography, const Population& population,
                             const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "huishouden_id,buurt,typhh,grootte,minimum,regeling,schuld,inkomen,"
                      "besteedbaar,schuldbedrag"));
  for (size_t i = 0; i < population.households.size(); ++i) {
    const Household& h = population.households[i];
    file.Row(HouseholdKey(static_cast<int>(i)), geography.neighbourhoods[h.neighbourhood].code,
             static_cast<int>(h.type), SizeClass(h.size), h.observed() ? YesNo(h.minimum()) : "",
             YesNo(h.scheme), YesNo(h.debt), h.standardised, h.disposable,
             h.debt ? absl::StrCat(h.debt_amount) : "");
  }
  return file.Close();
}

absl::Status WriteBusinesses(const Geography& geography, const Economy& economy,
                             const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "bedrijf_jaar,bedrijf_id,holding_id,sbi_sleutel,gemeente,sbi,grootte,"
                      "jaar,omzet,werkzame_personen"));
  for (size_t i = 0; i < economy.businesses.size(); ++i) {
    const Business& b = economy.businesses[i];
    const std::string key = BusinessKey(static_cast<int>(i)), holding = HoldingKey(b.holding);
    for (int y = 0; y < kYears; ++y) {
      if (b.years[y].persons == 0) continue;
      const int year = kFirstYear + y;
      file.Row(absl::StrCat(key, "-", year), key, holding, b.sbi,
               MunicipalityCode(geography, b.neighbourhood), b.sbi,
               BusinessSize(b.years[y].persons), year, Hundredths(b.years[y].turnover),
               b.years[y].persons);
    }
  }
  return file.Close();
}

absl::Status WriteEstablishments(const Geography& geography, const Economy& economy,
                                 const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(
      CsvFile file,
      CsvFile::Create(path,
                      "vestiging_id,bedrijf_id,holding_id,bedrijf_jaar,buurt,sbi,jaar,"
                      "werkzame_personen,omzet"));
  for (size_t i = 0; i < economy.businesses.size(); ++i) {
    const Business& b = economy.businesses[i];
    const std::string key = BusinessKey(static_cast<int>(i)), holding = HoldingKey(b.holding);
    for (int y = 0; y < kYears; ++y) {
      for (size_t v = 0; v < b.establishments.size(); ++v) {
        const int persons = PersonsAt(b, static_cast<int>(v), b.years[y].persons);
        if (persons == 0) continue;
        file.Row(absl::StrCat(key, "/", v + 1), key, holding,
                 absl::StrCat(key, "-", kFirstYear + y),
                 geography.neighbourhoods[b.establishments[v]].code, b.sbi, kFirstYear + y, persons,
                 Hundredths(b.years[y].turnover));
      }
    }
  }
  return file.Close();
}

absl::Status WriteSmartServices(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, "sbi_sleutel,groep"));
  for (const SmartClass& c : kSmartClasses) file.Row(c.sbi, c.group);
  return file.Close();
}

}  // namespace kluis::demo
