"""P15: patterns on codes and identifiers."""
from verdict import of_refusals

TERMS = ["rin LIKE 'B00_%'", "buurt LIKE '%3'", "buurt ~ '3$'", "buurt SIMILAR TO '%3'", "substr(buurt, 2, 2) = '00'",
         "regexp_matches(buurt, '3')", "buurt ILIKE 'b%'", "starts_with(buurt, 'B00')", "buurt GLOB 'B*'", "buurt || 'x' = 'B000x'"]
TWIN = ["SELECT buurt, COUNT(*) AS n FROM persoon WHERE buurt IN ('B000', 'B001') GROUP BY buurt"]


def attack(world, trials):
    with world.served() as attackers:
        return of_refusals([(sql, attackers[0].ask(sql)) for sql in
                            (f"SELECT geslacht, COUNT(*) AS n FROM persoon WHERE {term} GROUP BY geslacht" for term in TERMS)])
