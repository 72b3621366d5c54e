"""P6: the total of a district from one table less its neighbourhoods from another: what is left is the only one that
was hidden."""
from verdict import Verdict

PARTS = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY buurt"
TOTALS = "SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk"
TWIN = ["SELECT wijk, bijstand, COUNT(*) AS n FROM persoon GROUP BY wijk, bijstand"]
LACKING = "the joint system of the history is not built"


def attack(world, trials):
    with world.served() as attackers:
        parts, totals = attackers[0].counts(PARTS, "buurt"), attackers[1].counts(TOTALS, "wijk")
    right, tried = 0, 0
    for district in sorted(set(world.districts.values())):
        areas = [area for area in world.areas if world.districts[area] == district]
        small = [area for area in areas if 0 < world.assisted[area] < 10]
        hidden = [area for area in areas if parts.get((area,)) is None]
        if not small:
            continue
        tried += len(small)
        total = totals.get((district,))
        if total is None or len(hidden) != 1:
            continue
        found = total - sum(parts[(area,)] for area in areas if area not in hidden)
        right += hidden[0] in small and found == world.assisted[hidden[0]]
    return Verdict(right, tried, 0.0, "counts below the minimum found exactly")
