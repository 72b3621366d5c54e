"""A world of generated persons with victims whose secrets are known here alone, a server of it, and attackers who have
nothing but the client.

In every neighbourhood one woman is 83 years old and nobody else is: her neighbourhood, sex and age are public, whether
she has social assistance (`bijstand`) and her income are not. Secrets are drawn anew for every seed, with prevalence
1/2. Each second district has a neighbourhood of which fewer have social assistance than the minimum, and in every
neighbourhood one person owns most of the wealth (`vermogen`). Postcodes are the neighbourhoods but for the victims, each
of whom has the next one's; in the register of a month later (`persoon_later`) they have moved there. She has fifty jobs
in a sector of her own (`baan`); others have one."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("KLUIS_BIN", ROOT / "build/release/bin"))
MINIMUM = 10

HEAD = """dataset: {name}
title: {{nl: {name}, en: {name}}}
period: "{period}"
reference_date: {day}
lineage: {lineage}
unit: {lineage}
source: {{file: {name}.csv, empty: ""}}
bad_rows: refuse
contributor: [rin]
weight: null
variables:
  rin: {{role: identifier}}
  buurt: {{role: dimension, kind: identifying, codes: codes/areas.csv, levels: [gemeente, wijk, buurt]}}
"""
PERSONS = """  wijk: {role: dimension, kind: identifying, of: buurt, level: wijk}
  gemeente: {role: dimension, kind: identifying, of: buurt, level: gemeente}
  postcode: {role: dimension, kind: identifying, values: [POSTCODES]}
  geslacht: {role: dimension, kind: identifying, values: [M, V]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 120], bands: {from: 0, to: 120, widths: [5, 10, 20]}}
  bijstand: {role: dimension, kind: confidential, values: [ja, nee]}
  inkomen: {role: measure, unit: EUR, decimals: 0}
  vermogen: {role: measure, unit: EUR, decimals: 0}
"""
JOBS = """  sector: {role: dimension, kind: identifying, values: [A, Z]}
"""
PROJECT = """project: %s
purpose: {nl: Proef, en: Trial}
organisation: %s
members: [%s]
valid: {from: 2016-11-28, until: 2036-11-28}
rules: %s
grants:
  - {dataset: persoon, variables: [rin, buurt, wijk, gemeente, postcode, geslacht, leeftijd, bijstand, inkomen, vermogen]}
  - {dataset: persoon_later, variables: [rin, buurt, wijk, gemeente, geslacht, leeftijd, bijstand]}
  - {dataset: baan, variables: [rin, buurt, sector]}
"""
ATTACKERS = {"eva@heerlen.nl": ("een", "gemeente-heerlen"), "kim@kerkrade.nl": ("twee", "gemeente-kerkrade")}


class Victim:
    def __init__(self, area, has, income):
        self.area, self.has, self.income = area, has, income


class World:
    """One enclave in a folder of its own."""

    def __init__(self, seed, areas=40, plant=None):
        self.random = random.Random(seed)
        self.areas = [f"B{n:03}" for n in range(areas)]
        self.districts = {area: f"W{n // 5:02}" for n, area in enumerate(self.areas)}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kluis-attack-"))
        self.victims = []
        self.assisted = {area: 0 for area in self.areas}  # the true counts
        self.people = []  # area, age, has
        self.plant = plant or (lambda rules: rules)  # a fault in the rules
        self.write()

    def write(self):
        source = self.folder / "source"
        (source / "codes").mkdir(parents=True)
        codes = ["code,parent,level,label_nl,label_en", "G1,,1,G,G"]
        codes += [f"{district},G1,2,W,D" for district in sorted(set(self.districts.values()))]
        codes += [f"{area},{self.districts[area]},3,B,N" for area in self.areas]
        (source / "codes/areas.csv").write_text("\n".join(codes) + "\n")
        persons = PERSONS.replace("POSTCODES", ", ".join(self.postcode(n) for n in range(len(self.areas) + 1)))
        for name, lineage, period, day, variables in (("persoon", "persoon", "2022", "2022-12-31", persons),
                                                      ("persoon_later", "persoon", "2023-01", "2023-01-31", persons),
                                                      ("baan", "baan", "2022", "2022-12-31", JOBS)):
            head = HEAD.format(name=name, lineage=lineage, period=period, day=day)
            (source / f"{name}.yaml").write_text(head + variables)
        rows, later, jobs = [], [], []
        for place, area in enumerate(self.areas):
            few = place % 10 == 3
            for person in range(self.random.randint(60, 90)):
                victim, giant = person == 0, person == 1
                share = 0.05 if few and not victim else 0.5
                has = self.random.random() < share
                income = round(self.random.lognormvariate(10.2, 0.6))
                wealth = 90_000_000 if giant else round(self.random.lognormvariate(10, 1))
                sex, age = ("V", 83) if victim else (self.random.choice("MV"), self.random.randint(18, 79))
                self.assisted[area] += has
                self.people.append((area, age, has))
                if victim:
                    self.victims.append(Victim(area, has, income))
                rest = f"{sex},{age},{'ja' if has else 'nee'},{income},{wealth}"
                rows.append(f"{area}-{person},{area},{self.postcode(place + victim)},{rest}")
                moved = self.areas[(place + victim) % len(self.areas)]
                later.append(f"{area}-{person},{moved},{self.postcode(place + victim)},{rest}")
                jobs += [f"{area}-{person},{area},{'Z' if victim else 'A'}"] * (50 if victim else 1)
        head = "rin,buurt,postcode,geslacht,leeftijd,bijstand,inkomen,vermogen"
        for name, columns, lines in (("persoon", head, rows), ("persoon_later", head, later), ("baan", "rin,buurt,sector", jobs)):
            self.random.shuffle(lines)
            (source / f"{name}.csv").write_text("\n".join([columns, *lines]) + "\n")
        enclave = self.folder / "enclave"
        self.server_tool("init", enclave)
        for name in ("persoon", "persoon_later", "baan"):
            self.server_tool("import", enclave, source / f"{name}.yaml")
        # The limit of a day is not what is attacked.
        standard = (enclave / "policies/rules/standard.yaml").read_text()
        attacked = standard.replace("rules: standard", "rules: attacked")
        attacked = attacked.replace("queries_per_day: 500", "queries_per_day: 100000")
        (enclave / "policies/rules/attacked.yaml").write_text(self.plant(attacked))
        for user, (project, organisation) in ATTACKERS.items():
            (enclave / f"policies/projects/{project}.yaml").write_text(
                PROJECT % (project, organisation, user, "attacked"))
            self.server_tool("user", "add", enclave, user, "--role", "researcher", "--organisation", organisation, "-o",
                             self.folder / f"{user}.bundle")

    @staticmethod
    def postcode(number):
        return f"P{number:03}"

    def environment(self, **more):
        return dict(os.environ, KLUIS_SHARE_DIR=str(ROOT / "policies"), NO_COLOR="1", LANG="C", **more)

    def server_tool(self, *arguments):
        done = subprocess.run([BIN / "kluisd", *arguments], capture_output=True, text=True, env=self.environment())
        assert done.returncode == 0, done.stderr

    @contextlib.contextmanager
    def served(self):
        """Gives attackers who are logged in."""
        with open(self.folder / "journal", "a") as journal:
            server = subprocess.Popen([BIN / "kluisd", "serve", self.folder / "enclave", "--listen", "127.0.0.1:0"],
                                      env=self.environment(), stdout=subprocess.PIPE, stderr=journal, text=True)
        try:
            address = next((line.split()[-1] for line in server.stdout if line.startswith("listening on ")), None)
            assert address, (self.folder / "journal").read_text()
            yield [Attacker(self, user, address) for user in ATTACKERS]
        finally:
            server.terminate()
            server.wait(timeout=30)

    def remove(self):
        shutil.rmtree(self.folder)


class Answer:
    """What the client gave: its exit code, its words, and the table."""

    def __init__(self, done):
        self.exit, self.words = done.returncode, done.stdout + done.stderr
        self.table = json.loads(done.stdout) if done.stdout.startswith("{") else {}

    def released(self):
        return self.table.get("status") == "released"

    def values(self, statistic, *dimensions):
        """Codes -> value, or None where it is suppressed."""
        return {tuple(row[name] for name in dimensions): row[statistic]["value"] for row in self.table.get("rows", [])}

    def shown(self):
        """Cells that are shown, and all."""
        cells = [cell for row in self.table.get("rows", []) for cell in row.values() if isinstance(cell, dict)]
        return sum(cell["status"] == "ok" for cell in cells), len(cells)


class Attacker:
    def __init__(self, world, user, address):
        self.world, self.project = world, ATTACKERS[user][0]
        self.home = world.folder / f"home-{user}"
        self.run("login", "--bundle", world.folder / f"{user}.bundle", "--server", address)

    def run(self, *arguments):
        return subprocess.run([BIN / "kluis", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env=self.world.environment(XDG_CONFIG_HOME=str(self.home), HOME=str(self.home)))

    def ask(self, sql):
        return Answer(self.run("query", "--project", self.project, "--format", "json", "-e", sql))

    def counts(self, sql, *dimensions):
        """Of a query with COUNT(*) AS n."""
        return self.ask(sql).values("n", *dimensions)
