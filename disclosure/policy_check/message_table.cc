#include <vector>

#include "absl/strings/str_split.h"
#include "disclosure/policy_check/message_catalogue.h"
#include "disclosure/policy_check/message_hints.h"

namespace kluis {
namespace {

// id | English | Dutch, one message a line. Hints and warnings are in message_hints.cc.
constexpr char kMessages[] =
    R"TABLE(type | {0} must be {1!}, not {2?} | {0} moet {1!} zijn, niet {2?}
type | the file must be a map of keys, not {0?} | het bestand moet een groep sleutels zijn, niet {0?}
kind | a list | een lijst
kind | a map | een groep sleutels
kind | empty | leeg
kind | a long text | een lange tekst
missing | {0} is missing | {0} ontbreekt
test | {0} must say either cells or refused | {0} moet of cells of refused zeggen
test | {0} expects nothing | {0} verwacht niets
test | {0}: '{1}' is no outcome | {0}: '{1}' is geen uitkomst
trial | refused with {0}: {1}; expected {2} | geweigerd met {0}: {1}; verwacht was {2}
trial | refused with {0}: {1} | geweigerd met {0}: {1}
trial | answered; expected a refusal, {0} | beantwoord; verwacht was een weigering, {0}
trial | there is no row [{0}]; its columns are {1} | er is geen rij [{0}]; de kolommen zijn {1}
trial | there is no statistic {0} | er is geen statistiek {0}
trial | [{0}] {1} is {2}, expected {3} | [{0}] {1} is {2}, verwacht was {3}
trial | data: {0} has no column '{1}' | data: {0} heeft geen kolom '{1}'
trial | data: there is no dataset '{0}' | data: er is geen dataset '{0}'
trial | there is no project '{0}' | er is geen project '{0}'
missing | {0} is missing: a dimension has codes, values or range | {0} ontbreekt: een dimensie heeft codes, values of range
unknown-key | unknown key '{0}' | onbekende sleutel '{0}'
twice | '{0}' is given twice, first at line {1}, column {2} | '{0}' staat er twee keer, eerst op regel {1}, kolom {2}
twice | '{0}' is in {1} twice | '{0}' staat twee keer in {1}
twice | {0} has '{1}' twice | {0} heeft '{1}' twee keer
twice | dominance has n = {0} twice | dominance heeft n = {0} twee keer
twice | {0}, {1}, is given twice | {0}, {1}, staat er twee keer
twice | dataset '{0}' is granted twice | dataset '{0}' wordt twee keer toegekend
taken | '{0}' is also in {1} | '{0}' staat ook in {1}
taken | {0} is also the {1!} of {2} | {0} is ook {1!} van {2}
empty | {0} must not be empty | {0} mag niet leeg zijn
empty | {0} is empty | {0} is leeg
empty | {0} has no text | {0} heeft geen tekst
empty | {0} says nothing | {0} zegt niets
empty | {0} names no variable | {0} noemt geen variabele
empty | {0} allows no code at all | {0} laat geen enkele code toe
empty | {0} allows no period at all | {0} laat geen enkele periode toe
empty | the file is empty | het bestand is leeg
empty | the code list has no codes | de codelijst heeft geen codes
empty | the code is empty | de code is leeg
name | {0} must be a name, not '{1}' | {0} moet een naam zijn, niet '{1}'
name | '{0}' cannot name a variable | '{0}' kan geen naam van een variabele zijn
name | '{0}' cannot name a link | '{0}' kan geen naam van een koppeling zijn
name | '{0}' differs from another only in case | '{0}' verschilt van een andere alleen in hoofdletters
user-id | members: '{0}' is no user id | members: '{0}' is geen gebruikersnaam
user-id | {0}: '{1}' is no user id | {0}: '{1}' is geen gebruikersnaam
yaml | not valid YAML: {0!} | geen geldige YAML: {0!}
yaml | a second document is not allowed | een tweede document mag niet
yaml | a key is missing before ':' | voor ':' ontbreekt een sleutel
yaml | aliases are not allowed | aliassen mogen niet
yaml | anchors are not allowed | ankers mogen niet
yaml | tags are not allowed | tags mogen niet
yaml | merge keys are not allowed | samenvoegsleutels mogen niet
yaml | the quote is not closed on its line | het aanhalingsteken is niet gesloten op zijn regel
yaml | a key must be a word, not a list or a map | een sleutel moet een woord zijn, geen lijst of groep sleutels
yaml | nested more than 16 deep | meer dan 16 niveaus diep
yaml | the file is larger than 1 MiB | het bestand is groter dan 1 MiB
yaml | YAML directives are not allowed | YAML-aanwijzingen mogen niet
yaml | {0!} is not allowed | {0!} mag niet
ambiguous | '{0}' is a boolean to some readers of YAML | '{0}' is voor sommige lezers van YAML een ja of nee
ambiguous | '{0}' is not a finite number | '{0}' is geen eindig getal
ambiguous | '{0}' is a number in another base | '{0}' is een getal in een ander talstelsel
ambiguous | '{0}' is a number with underscores to some readers of YAML | '{0}' is voor sommige lezers van YAML een getal met liggende streepjes
ambiguous | '{0}' is an octal number to some readers of YAML | '{0}' is voor sommige lezers van YAML een achttallig getal
date | '{0}' is no date | '{0}' is geen datum
term | {0}, {1}, is before {2}, {3} | {0}, {1}, ligt voor {2}, {3}
term | valid contradicts authorisation and consent | valid is in strijd met authorisation en consent
term | there is no day on which authorisation and consent both hold | er is geen dag waarop authorisation en consent allebei gelden
unknown-rules | there is no rule set '{0}' | er is geen regelset '{0}'
unknown-rules | there is no rule set '{0}' here | er is hier geen regelset '{0}'
unknown-rules | there is no rule set '{0}' to extend | er is geen regelset '{0}' om uit te breiden
extends-itself | '{0}' extends itself, through '{1}' | '{0}' breidt zichzelf uit, via '{1}'
preset-in-force | '{0}' is a preset, which is not in force | '{0}' is een voorbeeld, en dus niet van kracht
unknown-dataset | {0}: there is no dataset '{1}' | {0}: er is geen dataset '{1}'
unknown-variable | {0}: there is no variable '{1}' | {0}: er is geen variabele '{1}'
unknown-variable | {0}: '{1}' has no variable '{2}' | {0}: '{1}' heeft geen variabele '{2}'
unknown-variable | {0}: '{1}' is no variable | {0}: '{1}' is geen variabele
unknown-variable | {0}: '{1}' is the variable itself | {0}: '{1}' is de variabele zelf
unknown-level | {0}: there is no level '{1}' | {0}: er is geen niveau '{1}'
unknown-level | {0}: '{1}' has no level '{2}' | {0}: '{1}' heeft geen niveau '{2}'
unknown-level | {0}: there is a level '{1}' already | {0}: er is al een niveau '{1}'
unknown-level | cadence: there is no level or dimension '{0}' | cadence: er is geen niveau of dimensie '{0}'
unknown-code | {0}: '{1}' is no code of '{2}' | {0}: '{1}' is geen code van '{2}'
unknown-code | {0}: '{1}' is not in the range of '{2}' | {0}: '{1}' ligt buiten het bereik van '{2}'
unknown-code | {0}: '{1}' is no code of the level '{2}' | {0}: '{1}' is geen code van het niveau '{2}'
unknown-code | {0}: '{1}' stands below the levels of '{2}' | {0}: '{1}' staat onder de niveaus van '{2}'
unknown-word | {0}: '{1}' is none of {2} | {0}: '{1}' is geen van {2}
unknown-check | {0}: there is no check '{1}' | {0}: er is geen controle '{1}'
role | {0}: '{1}' is no identifier | {0}: '{1}' is geen identificatie
role | {0}: '{1}' is no measure | {0}: '{1}' is geen meetwaarde
role | {0}: '{1}' is no dimension | {0}: '{1}' is geen dimensie
role | {0} has '{1}', which belongs to {2!} | {0} heeft '{1}', en dat hoort bij {2!}
role | {0} has '{1}', which its `of` decides | {0} heeft '{1}', en dat bepaalt de `of`
contributor | {0}: rule set '{1}' judges on '{2}', which is no contributor of '{3}' | {0}: regelset '{1}' beoordeelt op '{2}', en dat is geen bijdrager van '{3}'
link-key | {0}: '{1}' has no identifier '{2}' | {0}: '{1}' heeft geen identificatie '{2}'
link-key | {0} must have as many names as key, {1} | {0} moet evenveel namen hebben als key, {1}
not-served | {0} is not available on the server | {0} kan niet op de server
not-served | '{0}' has {1}, which is not available on the server | '{0}' heeft {1}, en dat kan niet op de server
not-built | {0} is not available in this version | {0} kan niet in deze versie
legal-floor | history.scope must be everyone, not {0} | history.scope moet everyone zijn, niet {0}
stricter | {0}: {1} {2} is weaker than {3}, which holds for all queries | {0}: {1} {2} is zwakker dan {3}, dat voor alle vragen geldt
stricter | {0} cannot have '{1}' | {0} kan geen '{1}' hebben
stricter | {0} has no rule | {0} heeft geen regel
frequency | frequency.zeros: protect needs a frequency.minimum of at least 2, not 1 | frequency.zeros: protect vraagt een frequency.minimum van ten minste 2, niet 1
frequency | frequency.coalition must be less than frequency.minimum, {0} | frequency.coalition moet kleiner zijn dan frequency.minimum, {0}
prior-posterior | {0} must be less than {1} | {0} moet kleiner zijn dan {1}
negative | {0} must be a number of 1 to {1} with at most 2 decimals | {0} moet een getal van 1 tot {1} zijn met ten hoogste 2 decimalen
negative | negative.divisor is for policy: divide | negative.divisor hoort bij policy: divide
list | {0} must be a list of {1!} | {0} moet een lijst van {1!} zijn
list | {0} must be a list | {0} moet een lijst zijn
list | {0} must be a map | {0} moet een groep sleutels zijn
list | {0} must be a map of variable to codes | {0} moet bij elke variabele codes noemen
list | {0} must be a map of at least one variable | {0} moet ten minste een variabele noemen
list | {0} must have {1} to {2} codes | {0} moet {1} tot {2} codes hebben
list | {0} must have one key | {0} moet een sleutel hebben
list | {0} must be two whole numbers | {0} moet twee gehele getallen zijn
list | {0} must name the levels | {0} moet de niveaus noemen
cost | secondary.cost must be a name, not '{0}' | secondary.cost moet een naam zijn, niet '{0}'
cost | secondary.cost: '{0}' is no power of it | secondary.cost: '{0}' is geen macht ervan
cost | secondary.cost: every power of unity is unity | secondary.cost: elke macht van unity is unity
noise | noise.method round says not to what | noise.method round zegt niet waarop
noise | noise.classes contradicts noise.base | noise.classes is in strijd met noise.base
noise | {0} must be above that of the class before, {1} | {0} moet boven die van de klasse ervoor liggen, {1}
publication | {0} must be above {1}, {2} | {0} moet boven {1} liggen, {2}
path | {0} must stay below policies/ | {0} moet onder policies/ blijven
path | neither a rule set nor a project | geen regelset en geen project
path | {0!} {1} cannot be read: {2} | {0!} {1} kan niet gelezen worden: {2}
bands | {0} does not divide {1} | {0} deelt {1} niet
bands | {0}, {1}, does not divide {2} to {3} | {0}, {1}, deelt {2} tot {3} niet
bands | {0} of a variable that not everyone knows: {1} does not divide {2} | {0} van een variabele die niet iedereen kent: {1} deelt {2} niet
bands | {0} {1} to {2} leaves the range {3} to {4} | {0} {1} tot {2} gaat buiten het bereik {3} tot {4}
domain | {0} contradicts {1} | {0} is in strijd met {1}
domain | {0} needs codes | {0} vraagt codes
domain | {0} needs range | {0} vraagt range
domain | {0} needs of | {0} vraagt of
domain | {0} ends at {1}, before it begins at {2} | {0} eindigt bij {1}, voor het begin bij {2}
domain | {0} has more than {1} values | {0} heeft meer dan {1} waarden
domain | {0} begins at {1}, below 0 | {0} begint bij {1}, onder 0
domain | {0}: '{1}' cannot be a code | {0}: '{1}' kan geen code zijn
domain | {0}: '{1}' is also a code | {0}: '{1}' is ook een code
domain | {0}: '{1}' is also sensitive | {0}: '{1}' is ook gevoelig
domain | {0} names {1} levels, but {2} has {3} | {0} noemt {1} niveaus, maar {2} heeft er {3}
domain | {0}: '{1}' has no code list | {0}: '{1}' heeft geen codelijst
domain | {0} differs from that of '{1}' | {0} verschilt van die van '{1}'
reserved | reserved must be a list of SELECT texts | reserved moet een lijst van SELECT-teksten zijn
grain | {0}: a measure has one grain | {0}: een meetwaarde heeft een eenheid
grain | {0}: the weight '{1}' may differ between rows of one {2} | {0}: het gewicht '{1}' kan verschillen tussen rijen van een {2}
episodes | episodes need the reference_date of the dataset | episodes vraagt de reference_date van de dataset
merged | merged needs the reference_date of the dataset | merged vraagt de reference_date van de dataset
merged | {0} must be after the reference_date, {1} | {0} moet na de reference_date liggen, {1}
merged | {0} of {1} also comes from {2}, which the code list does not have | {0} van {1} komt ook uit {2}, dat niet in de codelijst staat
merged | {0} of {1} lies in several codes of the levels above {2} | {0} van {1} ligt in verschillende codes van de niveaus boven {2}
code-list | the first line must name the columns | de eerste regel moet de kolommen noemen
code-list | the codes of this list come and go, and it is not said which day is meant | de codes van deze lijst komen en gaan, en er staat niet welke dag bedoeld is
code-list | the code is valid until {0}, before it begins | de code is geldig tot {0}, voor het begin
code-list | '{0}' is reserved | '{0}' is gereserveerd
code-list | code '{0}' is given twice, first at line {1} | code '{0}' staat er twee keer, eerst op regel {1}
code-list | level must be 1 to {0}, not '{1}' | level moet 1 tot {0} zijn, niet '{1}'
code-list | parent '{0}' is not in the list | ouder '{0}' staat niet in de lijst
code-list | level {0} is not below that of parent '{1}', which has level {2} | niveau {0} ligt niet onder dat van ouder '{1}', die niveau {2} heeft
code-list | the code list is larger than 64 MiB | de codelijst is groter dan 64 MiB
csv | the quotes of this field do not match | de aanhalingstekens van dit veld passen niet bij elkaar
csv | the file is not UTF-8 | het bestand is geen UTF-8
csv | a control character is not allowed | een besturingsteken mag niet
csv | a line has {0} fields, not {1} | een regel heeft {0} velden, niet {1}
lineage | period {0!} of {1} is dataset '{2}' already ({3}) | periode {0!} van {1} is al dataset '{2}' ({3})
lineage | {0} is {1!}, but {2!} in dataset '{3}' of the same lineage ({4}) | {0} is {1!}, maar {2!} in dataset '{3}' van hetzelfde register ({4})
officer-key | {0} is no Ed25519 public key | {0} is geen openbare Ed25519-sleutel
officer-key | {0} is a key under which anybody can sign | {0} is een sleutel waarmee iedereen kan tekenen
witness-key | {0} has not the form name+hash+key | {0} heeft niet de vorm naam+hash+sleutel
witness-key | {0} has no key of 32 bytes in base 64 | {0} heeft geen sleutel van 32 bytes in base 64
witness-key | {0} is not what its hash says | {0} is niet wat de hash ervan zegt
witness-key | {0} must begin with https:// | {0} moet met https:// beginnen
quorum | quorum is {0}, more than there are witnesses, {1} | quorum is {0}, meer dan er getuigen zijn, {1}
sql | sql must be one SELECT | sql moet een SELECT zijn
phrase | text | tekst
phrase | a whole number | een geheel getal
phrase | at least {0} | ten minste {0}
phrase | at most {0} | ten hoogste {0}
phrase | a list | een lijst
phrase | a map | een groep sleutels
phrase | a map of keys | een groep sleutels
phrase | a date | een datum
phrase | true or false | true of false
phrase | {0} or {1!} | {0} of {1!}
phrase | empty | leeg
phrase | a long text | een lange tekst
phrase | a fraction between 0 and 1 with at most 6 decimals | een breuk tussen 0 en 1 met ten hoogste 6 decimalen
phrase | a percentage above 0 and at most 100 with at most 4 decimals | een percentage boven 0 en ten hoogste 100 met ten hoogste 4 decimalen
phrase | a duration of at most an hour | een duur van ten hoogste een uur
phrase | the file | het bestand
phrase | dimensions | dimensies
phrase | measures | meetwaarden
phrase | dimensions and measures | dimensies en meetwaarden
phrase | key | de sleutel
phrase | id | de id
phrase | name | de naam
phrase | a tab | een tab
phrase | a byte order mark | een byte-volgordeteken
phrase | a control character | een besturingsteken
phrase | a Unicode line separator | een Unicode-regelscheiding
phrase | a character that changes the direction of the text | een teken dat de schrijfrichting verandert
phrase | text that is not UTF-8 | tekst die geen UTF-8 is
phrase | code list | codelijst
phrase | file of changes | bestand met wijzigingen
phrase | {n, share} | {n, share}
phrase | {p, q} | {p, q}
phrase | {code, share} | {code, share}
phrase | {below, base} | {below, base}
phrase | widths | breedten
phrase | rows | rijen
phrase | queries | vragen
phrase | rules | regels
phrase | scoped rules | regels met een bereik
phrase | at least one grant | ten minste een toekenning
phrase | none | geen
phrase | without a name | zonder naam
phrase | end of map flow not found | het einde van een groep met accolades ontbreekt
phrase | end of sequence flow not found | het einde van een lijst met haken ontbreekt
phrase | end of map not found | het einde van een groep sleutels ontbreekt
phrase | end of sequence not found | het einde van een lijst ontbreekt
phrase | illegal map value | een waarde op een plaats waar die niet kan
phrase | illegal block entry | een streepje op een plaats waar dat niet kan
phrase | illegal flow end | een haak of accolade te veel
phrase | bad conversion | een waarde die niet gelezen kan worden
phrase | the referenced anchor is not defined | het genoemde anker bestaat niet
phrase | unknown token | een teken dat hier niet kan
phrase | illegal EOF in scalar | het bestand eindigt binnen een tekst
phrase | illegal document indicator in scalar | een documentscheiding binnen een tekst
phrase | unknown escape character: {0} | onbekend teken na een backslash: {0}
)TABLE";

}  // namespace

const std::vector<MessageTemplate>& MessageTemplates() {
  static const auto& templates = *[] {
    auto* all = new std::vector<MessageTemplate>;
    for (const char* table : {kMessages, kHintTable}) {
      for (const absl::string_view line : absl::StrSplit(table, '\n', absl::SkipEmpty())) {
        const std::vector<std::string> fields = absl::StrSplit(line, " | ");
        all->push_back({fields[0], fields[1], fields[2]});
      }
    }
    return all;
  }();
  return templates;
}

}  // namespace kluis
