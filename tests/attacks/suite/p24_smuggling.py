"""P24: one person's value inside an expression that looks like an aggregate."""
from verdict import of_refusals

VICTIM = "buurt = 'B000' AND geslacht = 'V' AND leeftijd = 83"
TERMS = [f"SUM(CASE WHEN {VICTIM} THEN inkomen ELSE 0 END)", f"SUM(inkomen * (({VICTIM})::int))",
         "SUM(inkomen * leeftijd)", "STRING_AGG(rin, ',')", "LIST(inkomen)", "ANY_VALUE(inkomen)", "approx_quantile(inkomen, 0.5)",
         "SUM(inkomen) OVER (ORDER BY inkomen)", "(SELECT MAX(inkomen) FROM persoon p WHERE p.buurt = persoon.buurt)",
         "SUM(inkomen + 0.001 * leeftijd)", "bit_xor(inkomen)", "histogram(inkomen)", "entropy(inkomen)", "kurtosis(inkomen)",
         "product(inkomen)", "ROW_NUMBER() OVER ()", "SUM(DISTINCT inkomen)", "arg_min(inkomen, leeftijd)"]
TWIN = ["SELECT wijk, SUM(inkomen) AS s FROM persoon GROUP BY wijk"]


def attack(world, trials):
    with world.served() as attackers:
        return of_refusals([(sql, attackers[0].ask(sql)) for sql in
                            (f"SELECT gemeente, {term} AS x FROM persoon GROUP BY gemeente" for term in TERMS)])
