#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/statistic_checks.h"
#include "disclosure/policy_check/schema.h"

namespace kluis {
namespace {

// kind|path|English|Dutch, one key a line.
constexpr const char* kTables[] = {
    R"TABLE(rules|rules|Name of the rule set; projects use it by this|Naam van de regelset; projecten gebruiken deze
rules|extends|Rule set or preset whose keys hold where this one is silent; a list is replaced whole|Regelset of voorbeeld waarvan de sleutels gelden waar deze zwijgt; een lijst wordt in zijn geheel vervangen
rules|source|Where the numbers come from|Waar de getallen vandaan komen
rules|to_be_confirmed_by|Who has still to confirm them|Wie ze nog moet bevestigen
rules|contributor|Level of the catalogue's contributor that is judged|Niveau van de bijdrager waarop beoordeeld wordt
rules|frequency|Minimum frequency: how many stand behind a cell|Minimumaantal: hoeveel er achter een cel staan
rules|frequency.minimum|Distinct contributors, unweighted; an enclave takes at least 3, CBS asks 10|Verschillende bijdragers, ongewogen; een enclave neemt ten minste 3, CBS vraagt 10
rules|frequency.zeros|protect: an empty cell is hidden like a small one; publish: it is shown|protect: een lege cel wordt verborgen als een kleine; publish: getoond
rules|frequency.protect|threshold: nobody can tell that a hidden count is below the minimum; exact: nobody can compute it|threshold: niemand kan zien dat een verborgen aantal onder het minimum ligt; exact: niemand kan het uitrekenen
rules|frequency.range|Per cent of a sum within which nobody may come|Procent van een som waarbinnen niemand mag komen
rules|frequency.coalition|Contributors who may act together; the minimum counts that many less one more|Bijdragers die samen kunnen werken; het minimum wordt er zoveel min een hoger van
rules|frequency.records|Least number of records; files only|Minste aantal records; alleen bestanden
rules|frequency.weighted|Least sum of weights; files only|Minste som van gewichten; alleen bestanden
rules|dominance|The n largest may not hold more than a share of a sum|De n grootste mogen niet meer dan een deel van een som hebben
rules|dominance[].n|How many of the largest|Hoeveel van de grootste
rules|dominance[].share|Fraction that may not be exceeded: 0.50|Deel dat niet overschreden mag worden: 0.50
rules|p_percent|Nobody may estimate another within p per cent|Niemand mag een ander binnen p procent kunnen schatten
rules|p_percent.p|Per cent|Procent
rules|p_percent.coalition|Intruders who act together; 1 is the plain rule|Indringers die samenwerken; 1 is de gewone regel
rules|prior_posterior|Who knew others within q per cent may not come within p per cent|Wie anderen op q procent kende mag niet binnen p procent komen
rules|prior_posterior[].p|Per cent afterwards, below q|Procent achteraf, onder q
rules|prior_posterior[].q|Per cent before|Procent vooraf
rules|prior_posterior[].coalition|Intruders who act together|Indringers die samenwerken
rules|request|Only who asked is protected; files only|Alleen wie erom vroeg wordt beschermd; alleen bestanden
rules|request.variable|Variable that holds who asked|Variabele met wie erom vroeg
rules|request.minimum|Contributors where the largest has asked|Bijdragers waar de grootste erom vroeg
rules|request.range|Per cent of protection|Procent bescherming
rules|request.codes|Codes of who asked, each with its share|Codes van wie erom vroeg, elk met een deel
rules|request.codes[].code|Code of the variable|Code van de variabele
rules|request.codes[].share|Share that the largest may have|Deel dat de grootste mag hebben
rules|waiver|Who agreed to publication; files only|Wie met publicatie instemde; alleen bestanden
rules|waiver.variable|Variable that says it|Variabele die het zegt
rules|waiver.code|Its code|De code daarvan
rules|zero|A sum of zero with contributors|Een som van nul met bijdragers
rules|zero.range|Protection in units of the measure|Bescherming in eenheden van de meetwaarde
rules|negative|Where contributions may be negative|Waar bijdragen negatief kunnen zijn
rules|negative.policy|absolute: sizes; divide: looser by a divisor; frequency: no rule of concentration|absolute: groottes; divide: losser met een deler; frequency: geen regel over dominantie
rules|negative.divisor|Of policy divide, 1 to 100|Bij policy divide, 1 tot 100
rules|group_disclosure|A property that nearly all of a group have|Een eigenschap die bijna een hele groep heeft
rules|group_disclosure.share|Fraction that may not be exceeded: 0.90|Deel dat niet overschreden mag worden: 0.90
rules|group_disclosure.of|sensitive: marked categories; lines: all, files only|sensitive: gemarkeerde categorieen; lines: alle, alleen bestanden
rules|group_disclosure.none|protect: that nobody has it is hidden, too; files only|protect: dat niemand het heeft wordt ook verborgen; alleen bestanden
rules|percentile|Medians and percentiles|Medianen en percentielen
rules|percentile.each_side|Contributors on each side of the point|Bijdragers aan elke kant van het punt
rules|degrees_of_freedom|Variances, correlations, models|Varianties, correlaties, modellen
rules|degrees_of_freedom.minimum|Contributors less parameters|Bijdragers min parameters
rules|implied_tables|Few values: means and deviations tell tables|Weinig waarden: gemiddelden en spreidingen verraden tabellen
rules|implied_tables.minimum|Tables that must agree with what is shown|Tabellen die met het getoonde overeen moeten komen
rules|implied_tables.levels|Of variables with at most so many values|Van variabelen met ten hoogste zoveel waarden
rules|statistics|Checks of a family of statistics, instead of the default; files only|Controles van een familie van statistieken, in plaats van de gewone; alleen bestanden
rules|weights|How weights enter rules of concentration|Hoe gewichten in regels over dominantie meetellen
rules|missing|Whether cells of the missing category are judged; files only|Of cellen van de ontbrekende categorie beoordeeld worden; alleen bestanden
rules|shadow|Variable on which sums are judged; files only|Variabele waarop sommen beoordeeld worden; alleen bestanden
rules|secondary|What is hidden so that nobody computes the rest|Wat verborgen wordt zodat niemand de rest uitrekent
rules|secondary.protect|interval: nobody comes near; exact: nobody computes it|interval: niemand komt in de buurt; exact: niemand rekent het uit
rules|secondary.cost|What hiding a cell costs: value, frequency, unity or a measure|Wat verbergen van een cel kost: value, frequency, unity of een meetwaarde
rules|secondary.deadline|Work for one table: 500ms, 10s, 2m|Werk voor een tabel: 500ms, 10s, 2m
rules|noise|Noise and rounding; presets only|Ruis en afronding; alleen voorbeelden
rules|noise.method|none, round, cell_key or discrete_gaussian|none, round, cell_key of discrete_gaussian
rules|noise.base|Multiple to which is rounded|Veelvoud waarop wordt afgerond
rules|noise.classes|Rounding by size|Afronding naar grootte
rules|noise.classes[].below|Values below this|Waarden hieronder
rules|noise.classes[].base|Multiple; 0: not shown|Veelvoud; 0: niet getoond
rules|noise.significant_digits|Digits of what no class holds|Cijfers van wat in geen klasse valt
rules|publication|What figures may be published of small areas; presets only|Welke cijfers over kleine gebieden mogen verschijnen; alleen voorbeelden
rules|publication[].figure|Kind of figure|Soort cijfer
rules|publication[].of|What it is about|Waarover het gaat
rules|publication[].units|What stands behind it|Wat erachter staat
rules|publication[].units_at_least|So many of these at least|Ten minste zoveel daarvan
rules|publication[].group_at_least|So many that it is about|Ten minste zoveel waarover het gaat
rules|publication[].unknown_at_most|Share of which it is not known|Deel waarvan het niet bekend is
rules|publication[].round|Multiple to which is rounded|Veelvoud waarop wordt afgerond
rules|publication[].round_small|Small values become one value|Kleine waarden worden een waarde
rules|publication[].round_small.below|Values below this|Waarden hieronder
rules|publication[].round_small.to|become this|worden dit
rules|publication[].cap|Percentages outside are shown as the limit|Percentages daarbuiten worden als de grens getoond
rules|publication[].cap.low|Lower limit|Ondergrens
rules|publication[].cap.high|Upper limit|Bovengrens
rules|publication[].from|First year of the figures|Eerste jaar van de cijfers
rules|publication[].until|Last year of the figures|Laatste jaar van de cijfers
rules|history|What was released before|Wat eerder is vrijgegeven
rules|history.scope|everyone: a legal floor|everyone: een wettelijke ondergrens
rules|history.on_hit|suppress, or hold for reviewers|suppress, of hold voor beoordelaars
rules|review|What waits for people|Wat op mensen wacht
rules|review.reviewers|How many different ones|Hoeveel verschillende
rules|review.after_check|Per cent of all questions whose releases reviewers look at afterwards|Procent van alle vragen waarvan beoordelaars de vrijgave achteraf bekijken
rules|review.hold|Conditions, each of which holds a request|Voorwaarden, die elk een vraag aanhouden
rules|review.hold[].statistic|Statistic, or family of statistics|Statistiek, of familie van statistieken
rules|review.hold[].cells_over|More cells than this|Meer cellen dan dit
rules|review.hold[].new_dataset|Nothing of a dataset was released before|Van een dataset is nog niets vrijgegeven
rules|review.hold[].first_release|The project has no release yet|Het project heeft nog geen vrijgave
rules|review.hold[].sample|Per cent of all questions|Procent van alle vragen
rules|regression|Models|Modellen
rules|regression.degrees_of_freedom|Residual, at least 10|Van de residuen, ten minste 10
rules|regression.units_per_parameter|Units for each coefficient, at least 10|Eenheden per coefficient, ten minste 10
rules|regression.level_minimum|Units in each level of a factor|Eenheden in elk niveau van een factor
rules|limits|What a project may ask|Wat een project mag vragen
rules|limits.queries_per_day|Queries of a project on a day|Vragen van een project op een dag
rules|limits.cells_per_query|Cells of one query|Cellen van een vraag
rules|stricter|What holds besides for some queries; it can only be stricter|Wat daarnaast geldt voor sommige vragen; het kan alleen strenger zijn
rules|stricter[].when|For which queries: all that stands here must hold|Voor welke vragen: alles wat hier staat moet gelden
rules|stricter[].when.datasets|One of these is used|Een hiervan wordt gebruikt
rules|stricter[].when.variables|One of these is used: variable, or dataset.variable|Een hiervan wordt gebruikt: variabele, of dataset.variabele
rules|stricter[].when.kinds|A variable of one of these classes is used|Een variabele van een van deze klassen wordt gebruikt
rules|stricter[].when.statistics|A statistic of one of these families is asked|Een statistiek van een van deze families wordt gevraagd
rules|stricter[].when.levels|One of these levels of area or a finer one is used|Een van deze gebiedsniveaus of een fijner wordt gebruikt
rules|stricter[].when.roles|The caller has one of these roles|De vrager heeft een van deze rollen
rules|stricter[].because|The reason, in words|De reden, in woorden
rules|stricter[].refuse|true: not released at all|true: helemaal niet vrijgegeven
project|project|Name of the project|Naam van het project
project|purpose|What the data are used for, and nothing else|Waarvoor de gegevens gebruikt worden, en voor niets anders
project|organisation|Whose project it is|Van wie het project is
project|members|User ids of who may ask|Gebruikersnamen van wie mogen vragen
project|valid|Term, where authorisation and consent are not said apart|Termijn, waar machtiging en instemming niet apart staan
project|valid.from|First day|Eerste dag
project|valid.until|Last valid day|Laatste geldige dag
project|authorisation|Authorisation of the institution|Machtiging van de instelling
project|authorisation.by|Who gave it|Wie haar gaf
project|authorisation.reference|Number of the document|Nummer van het document
project|authorisation.from|First day|Eerste dag
project|authorisation.until|Last valid day|Laatste geldige dag
project|consent|Consent to the project|Instemming met het project
project|consent.by|Who gave it|Wie haar gaf
project|consent.reference|Number of the document|Nummer van het document
project|consent.from|First day|Eerste dag
project|consent.until|Last valid day|Laatste geldige dag
project|rules|Rule set by which its tables are judged|Regelset waarmee de tabellen beoordeeld worden
project|grants|Which datasets, variables and rows|Welke datasets, variabelen en rijen
project|grants[].dataset|Dataset|Dataset
project|grants[].variables|Variables, and no others|Variabelen, en geen andere
project|grants[].where|Variable and codes: no rows outside them|Variabele en codes: geen rijen daarbuiten
project|grants[].periods|Periods of the dataset|Periodes van de dataset
project|grants[].finest|Variable and level: no areas finer than this|Variabele en niveau: geen fijnere gebieden
dataset|dataset|Name of the dataset|Naam van de dataset
dataset|title|Title|Titel
dataset|quality|What a user should know|Wat een gebruiker moet weten
dataset|period|Period of the data|Periode van de gegevens
dataset|lineage|Register of which this is one period|Register waarvan dit een periode is
dataset|reference_date|Day of which the rows and codes are|Dag waarvan de rijen en codes zijn
dataset|episodes|Rows that hold from one day to another|Rijen die van een dag tot een andere gelden
dataset|episodes.from|Column of the first day|Kolom van de eerste dag
dataset|episodes.until|Column of the last day|Kolom van de laatste dag
dataset|episodes.open|Values that mean: not ended|Waarden die betekenen: niet geeindigd
dataset|episodes.several|A unit may have several on one day|Een eenheid kan er op een dag meer hebben
dataset|unit|What one row is|Wat een rij is
dataset|source|The file|Het bestand
dataset|source.file|Relative to this file: CSV, CSV.gz or Parquet|Ten opzichte van dit bestand: CSV, CSV.gz of Parquet
dataset|source.empty|Text that stands for an empty field|Tekst die voor een leeg veld staat
dataset|bad_rows|refuse the file, or drop the rows|refuse: het bestand; drop: de rijen
dataset|contributor|Identifiers of who gives the data, from small to large|Identificaties van wie de gegevens levert, van klein naar groot
)TABLE",
    R"TABLE(dataset|weight|Measure by which rows are weighted, or null|Meetwaarde waarmee rijen gewogen worden, of null
dataset|variables|The variables|De variabelen
dataset|variables.*.role|identifier, dimension or measure|identifier, dimension of measure
dataset|variables.*.kind|Who knows it: everyone (identifying), some (mixed), nobody (confidential)|Wie het kent: iedereen (identifying), sommigen (mixed), niemand (confidential)
dataset|variables.*.title|Title|Titel
dataset|variables.*.quality|What a user should know|Wat een gebruiker moet weten
dataset|variables.*.column|Column of the file|Kolom van het bestand
dataset|variables.*.known_to|Organisations that hold it themselves|Organisaties die het zelf hebben
dataset|variables.*.sensitive|Codes that hurt|Codes die schaden
dataset|variables.*.not_sensitive|Codes whose zeros may be shown|Codes waarvan nullen getoond mogen worden
dataset|variables.*.missing|Values that mean: missing|Waarden die betekenen: ontbreekt
dataset|variables.*.codes|Code list below policies/|Codelijst onder policies/
dataset|variables.*.values|Codes, where there is no list|Codes, waar geen lijst is
dataset|variables.*.range|Whole numbers from and to|Gehele getallen van en tot
dataset|variables.*.levels|Names of the levels of the code list, coarse to fine|Namen van de niveaus van de codelijst, grof naar fijn
dataset|variables.*.of|The variable of which it is a level|De variabele waarvan het een niveau is
dataset|variables.*.level|Which level|Welk niveau
dataset|variables.*.merged|Areas of a later day as a level|Gebieden van een latere dag als niveau
dataset|variables.*.merged.level|Of which level|Van welk niveau
dataset|variables.*.merged.as|Name of the new level|Naam van het nieuwe niveau
dataset|variables.*.merged.on|Which day|Welke dag
dataset|variables.*.merged.changes|File of the changes|Bestand met de wijzigingen
dataset|variables.*.bands|Classes of a number|Klassen van een getal
dataset|variables.*.bands.from|First value|Eerste waarde
dataset|variables.*.bands.to|First value after the last|Eerste waarde na de laatste
dataset|variables.*.bands.widths|Widths that may be asked|Breedten die gevraagd mogen worden
dataset|variables.*.unit|Unit of the measure|Eenheid van de meetwaarde
dataset|variables.*.decimals|Decimals that are kept|Decimalen die bewaard worden
dataset|variables.*.sign|any, or nonnegative|any, of nonnegative
dataset|variables.*.persistent|It hardly changes between periods|Het verandert nauwelijks tussen periodes
dataset|variables.*.grain|Identifier of the unit that it is of|Identificatie van de eenheid waarvan het is
dataset|variables.*.forbidden_with|Variables that may not meet it in a query|Variabelen die er in een vraag niet bij mogen
dataset|variables.*.contributor|Not available in this version|Kan niet in deze versie
dataset|variables.*.weight|Not available in this version|Kan niet in deze versie
dataset|links|Joins to other datasets|Koppelingen met andere datasets
dataset|links.*.key|Identifiers here|Identificaties hier
dataset|links.*.to_key|Identifiers there|Identificaties daar
dataset|links.*.to|The other dataset|De andere dataset
dataset|links.*.one|At most one row there|Ten hoogste een rij daar
dataset|links.*.membership|Who knows whether there is one|Wie weet of er een is
dataset|reserved|Tables that are protected jointly at load|Tabellen die bij het laden samen beschermd worden
dataset|cadence|How often figures of a level may appear|Hoe vaak cijfers van een niveau mogen verschijnen
indicator|indicator|Name of the indicator|Naam van de indicator
indicator|title|Title in both languages|Titel in beide talen
indicator|definition|What it is, in words|Wat het is, in woorden
indicator|numerator|What is counted|Wat geteld wordt
indicator|denominator|Of what it is a part|Waarvan het een deel is
indicator|sql|The query|De vraag
indicator|unit|Unit of the figure|Eenheid van het cijfer
indicator|source|The register that it is made from|Het register waarvan het gemaakt is
indicator|areas|Levels of area, from coarse to fine|Niveaus van gebied, van grof naar fijn
indicator|cadence|How often it appears|Hoe vaak het verschijnt
indicator|direction|Which is better: higher, lower or neither|Wat beter is: higher, lower of neither
officers|officers|Who may sign a policy|Wie een beleid mag tekenen
officers|officers[].id|User id|Gebruikersnaam
officers|officers[].name|Name|Naam
officers|officers[].organisation|Organisation|Organisatie
officers|officers[].key|Ed25519 public key, 32 bytes in base 64|Openbare Ed25519-sleutel, 32 bytes in base 64
officers|officers[].valid|When the signature counts|Wanneer de handtekening telt
officers|officers[].valid.from|First day|Eerste dag
officers|officers[].valid.until|Last valid day|Laatste geldige dag
witnesses|witnesses|Who watches the log|Wie op het logboek toeziet
witnesses|witnesses[].name|Name|Naam
witnesses|witnesses[].key|The line that kluisd witness prints|De regel die kluisd witness toont
witnesses|witnesses[].url|Address, if it is asked|Adres, als het gevraagd wordt
witnesses|quorum|How many must have seen a checkpoint|Hoeveel een stand gezien moeten hebben
)TABLE",
};

constexpr const char* kRuleExamples[] = {
    "rules: a\nextends: b\nsource: s\nto_be_confirmed_by: t\ncontributor: c\n"
    "frequency: {minimum: 10, zeros: protect, protect: threshold, range: 15, coalition: 1, "
    "records: 5, weighted: 5}\n"
    "dominance: [{n: 1, share: 0.5}]\np_percent: {p: 10, coalition: 1}\n"
    "prior_posterior: [{p: 10, q: 60, coalition: 1}]\n"
    "request: {variable: v, codes: [{code: \"1\", share: 0.7}], minimum: 3, range: 15}\n"
    "waiver: {variable: v, code: \"1\"}\nzero: {range: 1}\n"
    "negative: {policy: divide, divisor: 2}\nweights: sample\nmissing: judge\nshadow: v\n"
    "group_disclosure: {share: 0.9, of: sensitive, none: publish}\n"
    "percentile: {each_side: 10}\ndegrees_of_freedom: {minimum: 10}\n"
    "implied_tables: {minimum: 4, levels: 11}\n"
    "regression: {degrees_of_freedom: 10, units_per_parameter: 10, level_minimum: 10}\n"
    "statistics: {FAMILIES}\n"
    "secondary: {protect: interval, cost: value, deadline: 10s}\n"
    "noise: {method: round, base: 5, classes: [{below: 10, base: 5}], significant_digits: 4}\n"
    "publication:\n"
    "  - {figure: counts, of: [a], units: u, units_at_least: 5, group_at_least: 5, "
    "unknown_at_most: 0.5, round: 5, round_small: {below: 10, to: 5}, cap: {low: 5, high: 95}, "
    "from: 2000, until: 2010}\n"
    "history: {scope: everyone, on_hit: suppress}\n"
    "review: {reviewers: 2, hold: [{statistic: gini}, {cells_over: 1}, {new_dataset: true}, "
    "{first_release: true}, {sample: 5}]}\n"
    "limits: {queries_per_day: 5, cells_per_query: 5}\n"
    "stricter:\n  - when: {datasets: [d], variables: [v], kinds: [mixed], statistics: [gini], "
    "levels: [l], roles: [researcher]}\n    because: {nl: a, en: b}\n    refuse: true\n"
    "    frequency: {minimum: 20}\n",
    // What is required with other keys only.
    "rules: a\nnegative: {policy: absolute}\nnoise: {method: none}\n"};

constexpr char kProjectHead[] =
    "project: p\npurpose: {nl: a, en: b}\norganisation: o\nmembers: [a@b.nl]\nrules: r\n"
    "grants:\n  - {dataset: d, variables: [v], where: {g: [G]}, periods: [\"2022\"], finest: {b: "
    "w}}\n";

constexpr char kDatasetExample[] =
    "dataset: d\ntitle: {nl: a, en: b}\nquality: {nl: a, en: b}\nperiod: \"2022\"\nlineage: l\n"
    "reference_date: 2022-01-01\nepisodes: {from: a, until: b, open: [\"\"], several: true}\n"
    "unit: u\nsource: {file: f.csv, empty: \"\"}\nbad_rows: drop\ncontributor: [i]\nweight: w\n"
    "variables:\n  i: {role: identifier, column: c}\n"
    "  g: {role: dimension, kind: mixed, title: {nl: a, en: b}, quality: {nl: a, en: b}, known_to: "
    "[o], sensitive: [A], not_sensitive: [B], missing: [\"\"], codes: c.csv, levels: [one, two], "
    "merged: {level: two, as: later, on: 2023-01-01, changes: x.csv}, grain: [i], forbidden_with: "
    "[h]}\n"
    "  h: {role: dimension, of: g, level: one}\n"
    "  k: {role: dimension, values: [a, b]}\n"
    "  n: {role: dimension, range: [0, 9], bands: {from: 0, to: 10, widths: [5]}}\n"
    "  w: {role: measure, unit: u, decimals: 2, sign: any, persistent: true}\n"
    "links:\n  l: {key: [i], to_key: [i], to: e, one: true, membership: mixed}\n"
    "reserved: [SELECT 1]\ncadence: {one: year}\n";

// "kind|path" -> English and Dutch.
using Texts = std::map<std::string, std::pair<std::string, std::string>>;

const Texts& AllTexts() {
  static const auto& texts = *[] {
    auto* all = new Texts;
    for (const char* table : kTables) {
      for (const absl::string_view line : absl::StrSplit(table, '\n', absl::SkipEmpty())) {
        const std::vector<std::string> f = absl::StrSplit(line, '|');
        (*all)[absl::StrCat(f[0], "|", f[1])] = {f[2], f[3]};
      }
    }
    return all;
  }();
  return texts;
}

// Every family with a list of checks.
std::string RuleExample(const std::string& text) {
  std::string families;
  for (const auto& [name, family] : StatisticFamilies())
    absl::StrAppend(&families, families.empty() ? "" : ", ", name, ": [refuse]");
  std::string example = text;
  const size_t place = example.find("FAMILIES");
  return place == std::string::npos ? example : example.replace(place, 8, families);
}

}  // namespace

std::string KeyDescription(absl::string_view kind, absl::string_view path, Language language) {
  const absl::string_view of = kind == "preset" ? "rules" : kind;
  if (absl::StartsWith(path, "statistics.")) path = "statistics";
  const auto found = AllTexts().find(absl::StrCat(of, "|", path));
  if (found == AllTexts().end()) return "";
  return language == Language::kDutch ? found->second.second : found->second.first;
}

std::vector<std::string> CompleteExamples(absl::string_view kind) {
  if (kind == "rules" || kind == "preset") {
    std::vector<std::string> examples;
    for (const char* example : kRuleExamples) examples.push_back(RuleExample(example));
    return examples;
  }
  if (kind == "project") {
    constexpr char kTerm[] = "{by: cbs, reference: r, from: 2020-01-01, until: 2021-01-01}\n";
    return {absl::StrCat(kProjectHead, "valid: {from: 2020-01-01, until: 2021-01-01}\n"),
            absl::StrCat(kProjectHead, "authorisation: ", kTerm, "consent: ", kTerm)};
  }
  if (kind == "dataset") return {kDatasetExample};
  if (kind == "indicator") {
    return {
        "indicator: i\ntitle: {nl: a, en: b}\ndefinition: {nl: a, en: b}\n"
        "numerator: {nl: a, en: b}\ndenominator: {nl: a, en: b}\nsql: SELECT 1\nunit: u\n"
        "source: s\nareas: [gemeente]\ncadence: year\ndirection: lower\n"};
  }
  if (kind == "officers") {
    return {
        "officers:\n  - {id: a@b.nl, name: n, organisation: o, key: "
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, valid: {from: 2020-01-01, until: "
        "2021-01-01}}\n"};
  }
  return {"witnesses:\n  - {name: n, key: k, url: \"https://x\"}\nquorum: 1\n"};
}

}  // namespace kluis
