"""P11: many percentiles, extremes and shares of the distribution pin single values."""
from verdict import of_refusals

TWIN = ["SELECT wijk, MEDIAN(inkomen) AS m FROM persoon GROUP BY wijk"]


def attack(world, trials):
    asked = [f"SELECT buurt, PERCENTILE(inkomen, {p}) AS x FROM persoon GROUP BY buurt" for p in range(0, 101)
             if p not in (10, 25, 50, 75, 90)]
    asked += [f"SELECT buurt, {f} AS x FROM persoon GROUP BY buurt" for f in
              ("MIN(inkomen)", "MAX(inkomen)", "PERCENTILE(inkomen, 99.9)", "quantile_cont(inkomen, 0.01)",
               "approx_quantile(inkomen, 0.5)", "MODE(inkomen)", "arg_max(inkomen, inkomen)", "first(inkomen)")]
    with world.served() as attackers:
        return of_refusals([(sql, attackers[0].ask(sql)) for sql in asked[:max(trials, 20)] + asked[-8:]])
