"""P10: the sum of a neighbourhood in which one person owns nearly everything."""
import re

from verdict import Verdict

TWIN = ["SELECT wijk, AVG(inkomen) AS x FROM persoon GROUP BY wijk"]


def plant(rules):
    """Without any rule of concentration the attack must succeed."""
    return re.sub(r"^(dominance|p_percent):.*\n", "", rules, flags=re.M)


def attack(world, trials):
    with world.served() as attackers:
        sums = attackers[0].ask("SELECT buurt, SUM(vermogen) AS s FROM persoon GROUP BY buurt").values("s", "buurt")
        means = attackers[0].ask("SELECT buurt, AVG(vermogen) AS s FROM persoon GROUP BY buurt").values("s", "buurt")
        joint = attackers[0].ask("SELECT wijk, buurt, SUM(vermogen) AS s FROM persoon GROUP BY ROLLUP (wijk, buurt)")
    shown = [value for cells in (sums, means) for value in cells.values() if value is not None]
    shown += [value for (_, area), value in joint.values("s", "wijk", "buurt").items() if area != "_T" and value is not None]
    return Verdict(len(shown), 3 * len(world.areas), 0.0, "sums with a giant that are shown")
