"""P12: which groups are below the minimum, by conditions on groups, order, limits and counts as a truth value."""
from verdict import of_refusals

BY_AREA = "SELECT buurt, {} FROM persoon WHERE bijstand = 'ja' GROUP BY buurt {}"
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk ORDER BY n"]


def attack(world, trials):
    asked = [BY_AREA.format("COUNT(*) AS n", "HAVING COUNT(*) < 10"), BY_AREA.format("COUNT(*) > 9 AS n", ""),
             BY_AREA.format("CASE WHEN COUNT(*) > 9 THEN 1 ELSE 0 END AS n", ""), BY_AREA.format("1 / (COUNT(*) - 5) AS n", ""),
             BY_AREA.format("COUNT(*) AS n", "HAVING AVG(inkomen) > 20000"),
             "SELECT COUNT(*) AS n FROM (SELECT buurt, COUNT(*) AS c FROM persoon GROUP BY buurt) WHERE c < 10",
             "SELECT buurt, COUNT(*) AS n FROM persoon WHERE inkomen > 33333 GROUP BY buurt",
             "SELECT CASE WHEN inkomen > 33333 THEN 'x' ELSE 'y' END AS k, COUNT(*) AS n FROM persoon GROUP BY k"]
    with world.served() as attackers:
        # Ordered by what is shown: the cells that are hidden stand together, in the order of their codes.
        rows = attackers[0].ask(BY_AREA.format("COUNT(*) AS n", "ORDER BY n")).table["rows"]
        hidden = [row["buurt"] for row in rows if row["n"]["value"] is None]
        verdict = of_refusals([(sql, attackers[0].ask(sql)) for sql in asked])
    verdict.trials += 1
    verdict.right += hidden != sorted(hidden)
    return verdict
