"""P9: mean and count of a neighbourhood with and without the victim give her income."""
from verdict import Verdict

ALL = "SELECT buurt, COUNT(*) AS n, AVG(inkomen) AS x FROM persoon GROUP BY buurt"
WITHOUT = "SELECT buurt, COUNT(*) AS n, AVG(inkomen) AS x FROM persoon WHERE leeftijd <> 83 GROUP BY buurt"
TWIN = ["SELECT wijk, COUNT(*) AS n, AVG(inkomen) AS x FROM persoon GROUP BY wijk"]
LACKING = "the gate H1 of the history is not built"


def attack(world, trials):
    with world.served() as attackers:
        answers = [attackers[0].ask(sql) for sql in (ALL, WITHOUT)]
    sums = []
    for answer in answers:
        counts, means = answer.values("n", "buurt"), answer.values("x", "buurt")
        sums.append({key: None if counts[key] is None or means[key] is None else counts[key] * means[key] for key in counts})
    right = 0
    for victim in world.victims:
        one, other = (part.get((victim.area,)) for part in sums)
        # Means are rounded to the euro, so the sums are known within half a euro for each person.
        right += one is not None and other is not None and abs(one - other - victim.income) <= 100
    return Verdict(right, len(world.victims), 0.0, "incomes found within 100 euro")
