"""Models of the demo data, as a municipal researcher asks them: answered, verified, and refused with one voice."""
import json
import pathlib
import tempfile

import enclave

ANSWERED = [
    ("inkomen ~ factor(geslacht) + factor(BAND(leeftijd, 10))", "persoon", "leeftijd BETWEEN 30 AND 59", "ols", 4),
    ("schuld = 'ja' ~ factor(CASE WHEN grootte = '1' THEN 'een' ELSE 'meer' END AS omvang) + factor(minimum)",
     "huishouden", None, "logit", 4),
]
REFUSED = [
    ("inkomen ~ factor(geslacht) + factor(secm)", "persoon", None, "ols", "MODEL_NOT_SAFE", 3),
    ("omzet ~ factor(jaar) + werkzame_personen", "bedrijf", None, "ols", "MODEL_NOT_SAFE", 3),
    ("inkomen ~ factor(geslacht)", "persoon", None, "ols", "SATURATED", 3),
    ("inkomen ~ typhh + schuldbedrag", "huishouden", None, "ols", "NOT_A_MEASURE", 2),
]


def ask(user, formula, dataset, where, family, *more):
    arguments = ["regress", formula, "--dataset", dataset, "--family", family, "--project", "heerlen", *more]
    return user.run(*arguments, *(["--where", where] if where else []))


with enclave.served() as (_, address), tempfile.TemporaryDirectory() as folder:
    anna = enclave.User(enclave.bundle("anna@heerlen.nl"), address)
    for formula, dataset, where, family, coefficients in ANSWERED:
        file = pathlib.Path(folder) / "model.json"
        result = ask(anna, formula, dataset, where, family, "--format", "json", "-o", file)
        assert result.returncode == 0, result.stderr
        answer = json.loads(file.read_text())
        assert answer["model"]["parameters"] == coefficients, answer["model"]
        anna.run("receipt", "verify", file, check=True)
        shown = next(row for row in answer["rows"] if row["coefficient"]["status"] == "ok")
        shown["coefficient"]["value"] += 0.5
        file.write_text(json.dumps(answer))
        changed = anna.run("receipt", "verify", file)
        assert changed.returncode == 2, "a changed coefficient verifies"
        print(f"{formula}: n {answer['model']['n']}, {coefficients} coefficients")
    for formula, dataset, where, family, code, exit_code in REFUSED:
        result = ask(anna, formula, dataset, where, family)
        assert result.returncode == exit_code and not result.stdout, result
        assert f"error[{code}]" in result.stderr, result.stderr
    anna.run("log", "verify", check=True)
print("models answered and refused")
