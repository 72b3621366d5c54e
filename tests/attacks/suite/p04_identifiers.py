"""P4: leaving somebody out by identifier, or by what is computed from it."""
from verdict import of_refusals

WHERE = ["rin <> 'B000-0'", "rin > 'B001'", "rin IN ('B000-0', 'B000-1')", "rin LIKE 'B0%'", "hash(rin) % 2 = 0",
         "substr(rin, 1, 4) = 'B000'", "rin IS NOT NULL", "length(rin) = 6", "md5(rin) < 'a'", "rowid > 5"]
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon GROUP BY wijk"]


def attack(world, trials):
    asked = [f"SELECT buurt, COUNT(*) AS n FROM persoon WHERE {where} GROUP BY buurt" for where in WHERE]
    asked += ["SELECT rin, COUNT(*) AS n FROM persoon GROUP BY rin", "SELECT COUNT(DISTINCT hash(rin)) AS n FROM persoon",
              "SELECT MIN(rin) AS n FROM persoon"]
    with world.served() as attackers:
        return of_refusals([(sql, attackers[0].ask(sql)) for sql in asked])
