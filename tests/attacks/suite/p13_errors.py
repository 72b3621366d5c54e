"""P13 and P14: errors that happen for one row only, and texts of errors that quote a value."""
import re

from verdict import of_refusals

TERMS = ["CASE WHEN leeftijd = 83 AND inkomen > 50000 THEN CAST('x' AS INT) END", "1 / (inkomen - 25000)", "sqrt(-inkomen)",
         "ln(inkomen - 25000)", "inkomen * 9e18", "CAST(bijstand AS INT)", "strptime(bijstand, '%Y')", "[1, 2][inkomen]",
         "CAST(buurt AS INT)", "error(bijstand)", "inkomen::TINYINT", "factorial(inkomen)"]
TWIN = ["SELECT wijk, SUM(inkomen) AS s FROM persoon GROUP BY wijk"]


def attack(world, trials):
    asked = [f"SELECT buurt, SUM({term}) AS x FROM persoon GROUP BY buurt" for term in TERMS]
    asked += [f"SELECT buurt, COUNT(*) AS n FROM persoon WHERE {term} > 0 GROUP BY buurt" for term in TERMS]
    with world.served() as attackers:
        answers = [(sql, attackers[0].ask(sql)) for sql in asked]
    verdict = of_refusals(answers)
    incomes = {str(victim.income) for victim in world.victims}
    verdict.right += sum(bool(incomes & set(re.findall(r"\d+", answer.words))) for _, answer in answers)
    return verdict
