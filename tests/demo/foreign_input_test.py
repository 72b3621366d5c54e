"""Registers that nobody here wrote are imported under entries of ours; bad rows are refused by place."""
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import enclave

DATA = pathlib.Path(os.environ.get("KLUIS_TEST_DATA", enclave.ROOT / "../shared/data"))
if not DATA.is_dir():
    print("skipped: foreign_input_test needs KLUIS_TEST_DATA")
    sys.exit(1 if os.environ.get("CI") else 0)

home = pathlib.Path(tempfile.mkdtemp())
folder = home / "enclave"
env = enclave.environment(KLUIS_TEST_DATA=str(DATA))


def kluisd(*arguments):
    return subprocess.run([str(enclave.BIN / "kluisd"), *map(str, arguments)], capture_output=True, text=True, env=env)


def files():
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and ".db" not in p.name)


assert kluisd("init", folder).returncode == 0
policies = home / "policies"
shutil.copytree(enclave.ROOT / "policies", policies)
subprocess.run([str(enclave.ROOT / "script/make-tau-codes"), str(DATA), str(policies / "codes")], check=True)
shutil.copy(enclave.ROOT / "tests/server/catalogue/datasets/tau_testw.yaml", policies / "datasets")
entries = {"adult": "micro_adult.csv.gz", "insee_enterprises": "micro_insee_enterprises.csv.gz",
           "tau_testw": "micro_tau_testW.csv.gz"}
rows = {"adult": 32561, "insee_enterprises": 9786, "tau_testw": 42723}
for name, source in entries.items():
    shutil.copy(DATA / source, policies / "datasets")
    entry = policies / "datasets" / f"{name}.yaml"
    result = kluisd("import", folder, entry)
    assert result.returncode == 0, result.stderr
    assert str(rows[name]) in result.stdout.replace(",", "").replace(" ", ""), result.stdout
    print(result.stdout.strip())

# One bad row: the whole import is refused by file, row and column, without the value, and leaves nothing.
before = files()
text = gzip.open(DATA / "micro_adult.csv.gz", "rt").read().splitlines()
text[100] = text[100].replace(text[100].split(",")[9], "SECRETSEX")
with gzip.open(policies / "datasets/micro_adult.csv.gz", "wt") as out:
    out.write("\n".join(text) + "\n")
result = kluisd("import", folder, policies / "datasets/adult.yaml")
assert result.returncode == 2, (result.returncode, result.stderr)
assert "101" in result.stderr and "sex" in result.stderr, result.stderr
assert "SECRETSEX" not in result.stderr + result.stdout
assert files() == before, "a refused import left something behind"
print(result.stderr.strip())
shutil.rmtree(home)
