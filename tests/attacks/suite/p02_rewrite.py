"""P2: equivalent forms of one question, whose answers would be averaged."""
from verdict import of_differences

WHERE = ["leeftijd BETWEEN 18 AND 79", "leeftijd >= 18 AND leeftijd <= 79", "leeftijd > 17 AND leeftijd < 80",
         "leeftijd <= 79 AND leeftijd >= 18", "leeftijd >= 18 AND leeftijd < 80", "80 > leeftijd AND 18 <= leeftijd",
         "leeftijd IN (" + ", ".join(map(str, range(18, 80))) + ")"]
SQL = "SELECT buurt, geslacht, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' AND {} GROUP BY {}"
TWIN = ["SELECT wijk, geslacht, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk, geslacht"]


def attack(world, trials):
    seen = []
    with world.served() as attackers:
        for where in WHERE:
            for order in ("buurt, geslacht", "geslacht, buurt"):
                answer = attackers[len(seen) % 2].ask(SQL.format(where, order))
                if answer.released():
                    seen.append(answer.values("n", "buurt", "geslacht"))
    assert len(seen) >= 6, "most forms are answered"
    return of_differences(seen)
