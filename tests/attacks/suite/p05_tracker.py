"""P5: a tracker (Denning and Schlorer 1980): everybody, less the men, less the women who are not 83."""
from verdict import of_bits

SQL = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' {} GROUP BY buurt"
TWIN = ["SELECT wijk, geslacht, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk, geslacht",
        "SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk"]
LACKING = "the gate H1 of the history is not built"


def attack(world, trials):
    with world.served() as attackers:
        parts = [attackers[0].counts(SQL.format(where), "buurt") for where in
                 ("", "AND geslacht = 'M'", "AND geslacht = 'V' AND leeftijd <> 83")]
    guesses = []
    for victim in world.victims:
        found = [part.get((victim.area,)) for part in parts]
        guess = None if None in found else found[0] - found[1] - found[2] == 1
        guesses.append((guess, victim.has))
    return of_bits(guesses)
