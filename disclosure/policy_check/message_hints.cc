#include "disclosure/policy_check/message_hints.h"

namespace kluis {

const char* const kHintTable =
    R"TABLE(hint | did you mean '{0}'? | bedoelt u '{0}'?
hint | known are {0} | bekend zijn {0}
hint | the only one is {0} | de enige is {0}
hint | add {0}: ... | voeg toe {0}: ...
hint | write {0} | schrijf {0}
hint | write for example 500ms, 10s or 2m | schrijf bijvoorbeeld 500ms, 10s of 2m
hint | add for example frequency: {minimum: 20}, or refuse: true | voeg bijvoorbeeld toe frequency: {minimum: 20}, of refuse: true
hint | write {0}, or {1} | schrijf {0}, of {1}
hint | add {0} | voeg {0} toe
hint | write "" for an empty text | schrijf "" voor een lege tekst
hint | put it in quotes: {0} | zet het tussen aanhalingstekens: {0}
hint | remove the quotes | haal de aanhalingstekens weg
hint | remove one | haal een van beide weg
hint | remove it | haal het weg
hint | remove the line | haal de regel weg
hint | remove the tag | haal de tag weg
hint | remove the '---' | haal de '---' weg
hint | keep one | houd er een
hint | keep one of them | houd er een van
hint | leave it out | laat het weg
hint | leave it out: then it does not matter | laat het weg: dan doet het er niet toe
hint | split it | splits het
hint | indent with spaces | spring in met spaties
hint | it cannot be both | het kan niet allebei zijn
hint | it is reserved | het is gereserveerd
hint | names are unique | namen zijn uniek
hint | each has one of their own | ieder heeft een eigen
hint | write the value out | schrijf de waarde uit
hint | write the value out where it is used | schrijf de waarde uit waar die gebruikt wordt
hint | write the keys out | schrijf de sleutels uit
hint | write it as YYYY-MM-DD, a day that exists | schrijf het als JJJJ-MM-DD, een dag die bestaat
hint | write it as YYYY-MM-DD, a day that exists, or leave it empty | schrijf het als JJJJ-MM-DD, een dag die bestaat, of laat het leeg
hint | write a plain decimal number, or put the text in quotes | schrijf een gewoon decimaal getal, of zet de tekst tussen aanhalingstekens
hint | write true or false, or put the text in quotes | schrijf true of false, of zet de tekst tussen aanhalingstekens
hint | write for example {0} | schrijf bijvoorbeeld {0}
hint | write [refuse] to release none | schrijf [refuse] om er geen vrij te geven
hint | {0} per cent is written {1} | {0} procent schrijft u als {1}
hint | at most 63 letters, digits, '_', not a digit first | ten hoogste 63 letters, cijfers, '_', niet met een cijfer voorop
hint | at most 63 letters, digits, '_' and '-' | ten hoogste 63 letters, cijfers, '_' en '-'
hint | at most 63 letters, digits and '_', not a digit first; the column of the file may be named by `column` | ten hoogste 63 letters, cijfers en '_', niet met een cijfer voorop; de kolom van het bestand kan met `column` genoemd worden
hint | an empty cell is protected as one of 1 to minimum - 1: write publish, or a minimum | een lege cel wordt beschermd als een van 1 tot minimum - 1: schrijf publish, of een minimum
hint | p is how closely nobody may know a contribution afterwards, q how closely everybody does before | p is hoe dicht niemand een bijdrage achteraf mag kennen, q hoe dicht iedereen die vooraf kent
hint | 2 halves p and 100 - k | 2 halveert p en 100 - k
hint | remove it, or write policy: divide | haal het weg, of schrijf policy: divide
hint | write value, frequency, unity or a measure; a power may follow, as in value^0.5 | schrijf value, frequency, unity of een meetwaarde; een macht mag volgen, zoals in value^0.5
hint | write a number above 0 and at most 2 with at most two decimals, as in value^0.5; equal costs are unity | schrijf een getal boven 0 en ten hoogste 2 met ten hoogste twee decimalen, zoals in value^0.5; gelijke kosten zijn unity
hint | what one researcher has, another may combine: the scope is a legal floor | wat de een heeft, kan een ander combineren: het bereik is een wettelijke ondergrens
hint | statistic, cells_over, new_dataset, first_release or sample | statistic, cells_over, new_dataset, first_release of sample
hint | only tools that read files know it; remove it from this rule set | alleen gereedschap dat bestanden leest kent dit; haal het uit deze regelset
hint | it is not enforced in this version; write a rule set without it | dit wordt in deze versie niet gehandhaafd; schrijf een regelset zonder
hint | read the folder that holds both | lees de map waar beide in staan
hint | one of them must stand on its own | een van beide moet op zichzelf staan

hint | write a rule set that extends it | schrijf een regelset die dit uitbreidt
hint | what holds for all queries stands in the rule set itself | wat voor alle vragen geldt staat in de regelset zelf
hint | a scoped rule can only be stricter: write the weaker value in the rule set, and what is stricter here | een regel met een bereik kan alleen strenger zijn: schrijf de zwakkere waarde in de regelset, en wat strenger is hier
hint | only what can be stricter or weaker: {0} | alleen wat strenger of zwakker kan zijn: {0}
hint | add for example {0} | voeg bijvoorbeeld toe {0}
hint | say in words what is not released: whoever asks for it is told | zeg in woorden wat niet vrijgegeven wordt: wie ernaar vraagt krijgt dat te lezen
hint | write - when: {...} and what is stricter then | schrijf - when: {...} en wat dan strenger is
hint | name who may use the grants | noem wie de toekenningen mag gebruiken
hint | name the variables | noem de variabelen
hint | name the codes | noem de codes
hint | name the codes in scope, or remove it | noem de codes die mogen, of haal het weg
hint | name the periods, or remove it | noem de periodes, of haal het weg
hint | put its variables in one grant | zet de variabelen ervan in een toekenning
hint | there is a no-break space in it: type a plain space | er staat een harde spatie in: typ een gewone
hint | a decimal has a point, not a comma: 0.85 | een decimaal getal heeft een punt, geen komma: 0.85
hint | the folder has no datasets/: copy the entries that were imported, and codes/ | de map heeft geen datasets/: kopieer de beschrijvingen die ingelezen zijn, en codes/
hint | give it a new term, or remove it | geef het een nieuwe termijn, of haal het weg
hint | until is the last valid day | until is de laatste geldige dag
hint | remove it: the project is valid while both are | haal het weg: het project is geldig zolang beide dat zijn
hint | the authorisation is of {0} to {1} | de machtiging is van {0} tot {1}
hint | put it in rules/ or projects/ and let it end in .yaml | zet het in rules/ of projects/ en laat het op .yaml eindigen
hint | write its 32 bytes in base 64: 44 characters, the last one '=' | schrijf de 32 bytes in base 64: 44 tekens, het laatste is '='
hint | ask the officer for the public key of a new pair | vraag de functionaris om de openbare sleutel van een nieuw paar
hint | copy the line that `kluisd witness` printed | neem de regel over die `kluisd witness` toonde
hint | it is how many of them must have seen a checkpoint | het is hoeveel van hen een stand van het logboek gezien moeten hebben
hint | an indicator is published in both languages: write {nl: ..., en: ...} | een indicator verschijnt in beide talen: schrijf {nl: ..., en: ...}
hint | docs/sql.md has the language | de taal staat in docs/sql.md
hint | name levels of area, for example [gemeente] | noem niveaus van gebied, bijvoorbeeld [gemeente]
hint | only the last class has no end | alleen de laatste klasse heeft geen einde
hint | add base: 5, classes: [...] or significant_digits: 4 | voeg toe base: 5, classes: [...] of significant_digits: 4
hint | say what stands behind the figure, for example inhabitants | zeg wat achter het cijfer staat, bijvoorbeeld inhabitants
hint | paths are relative to policies/ | paden zijn ten opzichte van policies/
hint | remove it, or change the role | haal het weg, of verander de rol
hint | remove it; without it the variable is used as the other keys say | haal het weg; zonder dit geldt wat de andere sleutels zeggen
hint | remove it: one tree has one kind | haal het weg: een boom heeft een soort
hint | name a dimension with codes | noem een dimensie met codes
hint | name the level of {0} | noem het niveau van {0}
hint | name the levels: [...] | noem de niveaus: [...]
hint | name the identifier of the unit that the value is of | noem de identificatie van de eenheid waar de waarde van is
hint | make it a measure | maak er een meetwaarde van
hint | a range has no negative values; shift it, or make it a measure with sign: any | een bereik heeft geen negatieve waarden; verschuif het, of maak er een meetwaarde met sign: any van
hint | use widths of which each divides the next, or say kind: identifying | gebruik breedten waarvan elke de volgende deelt, of zeg kind: identifying
hint | only a code list has levels | alleen een codelijst heeft niveaus
hint | add codes: FILE, values: [...] or range: [lo, hi] | voeg toe codes: BESTAND, values: [...] of range: [laag, hoog]
hint | an empty field is named by missing: [""] | een leeg veld noemt u met missing: [""]
hint | add reference_date: YYYY-MM-DD, the day of which the codes are | voeg toe reference_date: JJJJ-MM-DD, de dag waarvan de codes zijn
hint | add reference_date: YYYY-MM-DD; the rows of that day are imported | voeg toe reference_date: JJJJ-MM-DD; de rijen van die dag worden ingelezen
hint | give the dataset a reference_date | geef de dataset een reference_date
hint | areas that have merged cannot be told apart again | gebieden die samengevoegd zijn kunnen niet meer uit elkaar
hint | a sum over the others would be of a part of the area; add the code to the list | een som over de andere zou van een deel van het gebied zijn; zet de code in de lijst
hint | use a code list without those levels, or areas of an earlier day | gebruik een codelijst zonder die niveaus, of gebieden van een eerdere dag
hint | what nobody may use is not granted | wat niemand mag gebruiken wordt niet toegekend
hint | write variable, or dataset.variable | schrijf variabele, of dataset.variabele
hint | give '{0}' the same grain | geef '{0}' dezelfde eenheid
hint | SQL does not tell them apart | SQL ziet geen verschil
hint | the total and the missing value have no row | het totaal en de ontbrekende waarde hebben geen rij
hint | leave it empty for a child of the total | laat het leeg voor een kind van het totaal
hint | a field with a quote is written {0} | een veld met een aanhalingsteken schrijft u als {0}
hint | write {0}, and {1} after them if codes come and go | schrijf {0}, en daarna {1} als codes komen en gaan
hint | to replace it, import under its name; else name another period or lineage | om dit te vervangen: lees in onder die naam; noem anders een andere periode of een ander register
hint | periods of one lineage agree; else give it a lineage of its own | periodes van een register zijn het eens; geef het anders een eigen register
hint | name it by to_key as it is called there; {0!} | noem het met to_key zoals het daar heet; {0!}
phrase | did you mean '{0}'? | bedoelt u '{0}'?
phrase | known are {0} | bekend zijn {0}
phrase | the only one is {0} | de enige is {0}
hint | ask for {0} | vraag om {0}
hint | code,parent,level,label_nl,label_en | code,parent,level,label_nl,label_en
hint | code,parent,level,label_nl,label_en,valid_from,valid_until | code,parent,level,label_nl,label_en,valid_from,valid_until
weak-minimum | frequency.minimum {0} is below the {1} that CBS asks | frequency.minimum {0} ligt onder de {1} die CBS vraagt
weak-zeros | zeros are published: an empty cell tells something about everybody in its group | nullen worden getoond: een lege cel zegt iets over iedereen in zijn groep
weak-protect | frequency.protect exact: whoever computes can tell that a hidden count is below the minimum | frequency.protect exact: wie rekent kan zien dat een verborgen aantal onder het minimum ligt
weak-concentration | no rule of concentration: who has most of a sum can be estimated | geen regel over dominantie: wie het meeste van een som heeft kan geschat worden
weak-p | p_percent.p {0} is below the usual {1}: what somebody contributes can be estimated more closely | p_percent.p {0} ligt onder de gebruikelijke {1}: wat iemand bijdraagt kan dichter geschat worden
weak-share | dominance lets one contributor have {0} of a sum | dominance laat een bijdrager {0} van een som hebben
weak-group | no group_disclosure: that nearly all of a group have a sensitive property is shown | geen group_disclosure: dat bijna een hele groep een gevoelige eigenschap heeft wordt getoond
weak-interval | secondary.protect exact: a hidden sum can be estimated as closely as anyone likes | secondary.protect exact: een verborgen som kan zo dicht benaderd worden als iemand wil
weak-percentile | percentile.each_side {0} is below frequency.minimum, {1} | percentile.each_side {0} ligt onder frequency.minimum, {1}
unconfirmed | still to be confirmed by {0} | nog te bevestigen door {0}
no-effect | stricter[{0}] has no effect: all of it holds anyhow | stricter[{0}] heeft geen gevolg: alles ervan geldt al
unused-rules | no project uses rule set '{0}' | geen project gebruikt regelset '{0}'
no-consent | it is not said who authorised the institution, and who consented to the project | er staat niet wie de instelling gemachtigd heeft, en wie met het project heeft ingestemd
long-term | valid for {0} years: until {1} | {0} jaar geldig: tot {1}
unmarked | '{0}' is confidential, and none of its codes is marked as sensitive: group_disclosure does not look at it | '{0}' is vertrouwelijk, en geen van de codes is gevoelig genoemd: group_disclosure kijkt er niet naar
no-contributor | no contributor: every row counts as a unit of its own | geen bijdrager: elke rij telt als een eenheid op zich
few-officers | {0} officer: what is weaker needs two different ones | {0} functionaris: wat zwakker is vraagt twee verschillende
ended | project '{0}' was valid until {1}: nobody gets an answer under it any more | project '{0}' gold tot en met {1}: niemand krijgt er nog antwoord onder
ended | officer '{0}' was valid until {1}: cannot sign any more | functionaris '{0}' gold tot en met {1}: kan niet meer tekenen
no-quorum | quorum is 0: no witness need have seen the log | quorum is 0: geen getuige hoeft het logboek gezien te hebben
not-read | not read: {0} is no folder of a policy | niet gelezen: {0} is geen map van een beleid
hint | in rules/ or another folder of docs/policy.md | in rules/ of een andere map van docs/policy.md
hint | write 10 or more, or let CBS confirm the lower number | schrijf 10 of meer, of laat CBS het lagere getal bevestigen
hint | right for public registers of businesses; else write zeros: protect | goed voor openbare bedrijfsregisters; schrijf anders zeros: protect
hint | write protect: threshold | schrijf protect: threshold
hint | write dominance: [{n: 1, share: 0.50}] or p_percent: {p: 10} | schrijf dominance: [{n: 1, share: 0.50}] of p_percent: {p: 10}
hint | write p: 10 or more | schrijf p: 10 of meer
hint | write a share of at most 0.90 | schrijf een share van ten hoogste 0.90
hint | write group_disclosure: {share: 0.90} | schrijf group_disclosure: {share: 0.90}
hint | write protect: interval | schrijf protect: interval
hint | write at least as many | schrijf ten minste evenveel
hint | ask, and remove to_be_confirmed_by | vraag het, en haal to_be_confirmed_by weg
hint | remove it, or make it stricter | haal het weg, of maak het strenger
hint | remove it if nobody is to use it | haal het weg als niemand het hoort te gebruiken
hint | write authorisation: {by, from, until} and consent: {by, from, until} instead of valid | schrijf authorisation: {by, from, until} en consent: {by, from, until} in plaats van valid
hint | a shorter term is looked at again | een kortere termijn wordt opnieuw bekeken
hint | name the codes that hurt: sensitive: [...] | noem de codes die schaden: sensitive: [...]
hint | name the identifier of who or what gives the data: contributor: [...] | noem de identificatie van wie of wat de gegevens levert: contributor: [...]
hint | add a second one | voeg een tweede toe
hint | write how many of them must have seen a checkpoint | schrijf hoeveel van hen een stand van het logboek gezien moeten hebben
)TABLE";

}  // namespace kluis
