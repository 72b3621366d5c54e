"""P7: classes of age that do not nest: 18 to 65 in one table and 20 to 64 in another; their difference is a handful of
people in each neighbourhood."""
from verdict import Verdict

SQL = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' AND leeftijd BETWEEN {} AND {} GROUP BY buurt"
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' AND leeftijd BETWEEN 20 AND 64 GROUP BY wijk"]
LACKING = "the gate H1 of the history is not built"


def attack(world, trials):
    with world.served() as attackers:
        wide = attackers[0].counts(SQL.format(18, 65), "buurt")
        narrow = attackers[0].counts(SQL.format(20, 64), "buurt")
    right, tried = 0, 0
    for area in world.areas:
        group = [has for of, age, has in world.people if of == area and age in (18, 19, 65)]
        if not 0 < len(group) < 10:
            continue
        tried += 1
        high, low = wide.get((area,)), narrow.get((area,))
        right += high is not None and low is not None and high - low == sum(group)
    return Verdict(right, tried, 0.0, "counts of groups below the minimum found exactly")
