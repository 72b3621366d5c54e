"""P3: two questions of which the second leaves out the victim alone; the difference is her secret."""
from verdict import of_bits

ALL = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY buurt"
WITHOUT = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' AND leeftijd <> 83 GROUP BY buurt"
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk",
        "SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' AND leeftijd < 65 GROUP BY wijk"]
LACKING = "the gate H1 of the history is not built"


def difference(one, other, world):
    guesses = []
    for victim in world.victims:
        high, low = one.get((victim.area,)), other.get((victim.area,))
        guess = None if high is None or low is None else high - low == 1
        guesses.append((guess, victim.has))
    return of_bits(guesses)


def attack(world, trials):
    with world.served() as attackers:
        return difference(attackers[0].counts(ALL, "buurt"), attackers[0].counts(WITHOUT, "buurt"), world)
