"""An attacker at the public client: for each demo answer, an independent linear program (SciPy's HiGHS) over the
released table shows that no protected cell can be narrowed below what its rule requires, and nothing that left the
server holds the raw value of a suppressed cell.

The attacker has: the answer, the public code lists, and the identifying supports (safety rules 5 and 10). What is
required of each cell is read from the sealed part of the log, which the attacker does not have."""
import csv
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict

import numpy
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, hstack, vstack

import enclave

K = 10
ONLY = os.environ.get("KLUIS_ONLY", "")
ALIASES = {"gevoel": "onveiligbuurt", "klasse": "sbi"}
TREE_OF = {"wijk": "buurt", "gemeente": "buurt"}

stubs = pathlib.Path(os.environ["KLUIS_STUBS"])
stubs.mkdir(parents=True, exist_ok=True)
proto = pathlib.Path(os.environ["KLUIS_PROTO"])
subprocess.run(["protoc", f"-I{proto}", f"--python_out={stubs}", proto / "kluis/v1/release.proto"], check=True)
sys.path.insert(0, str(stubs))
from kluis.v1 import release_pb2  # noqa: E402


def code_parents():
    parents = {}
    for path in sorted((enclave.ROOT / "policies/demo/codes").glob("*.csv")):
        with open(path, newline="") as lines:
            rows = csv.DictReader(lines)
            if "parent" in rows.fieldnames:  # a file of changes has none
                parents[path.stem] = {row["code"]: row["parent"] or "_T" for row in rows}
    return parents


PARENTS = code_parents()
LIST_OF = {"buurt": "buurt", "sbi": "sbi2008", "onveiligbuurt": "onveiligbuurt"}


def opened(closed):
    """docs/log.md: AES-256-GCM. Its text is that of counter mode from 2 on; the tag is the server's to check."""
    data_key = (enclave.DEMO / "keys/data.key").read_bytes()
    label = hashlib.sha256(b"kluis ledger: the key of sealed parts, v1").digest()
    key = hashlib.sha256(data_key + label).hexdigest()
    done = subprocess.run(["openssl", "enc", "-d", "-aes-256-ctr", "-K", key, "-iv", closed[:12].hex() + "00000002"],
                          input=closed[12:-16], capture_output=True, check=True)
    return done.stdout[96:]  # two salts and the root of the cells stand before it


def sealed_of(release):
    """The sealed part of one release, read from the ledger's file with the operator's key."""
    for database in enclave.DEMO.glob("*.db"):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            if "entries" not in tables:
                continue
            for (closed,) in connection.execute("SELECT sealed FROM entries WHERE release = ?", (release,)):
                request = release_pb2.SealedRequest()
                request.ParseFromString(opened(closed))
                return request
    raise AssertionError(f"no entry of release {release}")


def reviews_of(sealed):
    return [release_pb2.SealedCell.FromString(cell) for cell in sealed.cell_reviews]


class Table:
    """The cells of one answer, displayed and hidden, on the axes of its plan."""

    def __init__(self, answer, sealed):
        self.axes = [(m.group(1).split(".")[-1], m.group(2))
                     for m in re.finditer(r"^axis (\S+) (\S+) ", sealed.plan_canonical, re.M)]
        dimensions = [c["name"] for c in answer["columns"] if c["role"] == "dimension"]
        self.statistics = [c for c in answer["columns"] if c["role"] == "measure"]
        self.keys = []
        self.cells, self.values = {}, defaultdict(dict)  # key -> index; statistic -> index -> value or None
        for row in answer["rows"]:
            cell = self.index(self.key(row, dimensions))
            for statistic in self.statistics:
                self.values[statistic["name"]][cell] = row[statistic["name"]]["value"]
        self.displayed = set(range(len(self.cells)))
        self.supports, self.primaries = {}, defaultdict(dict)
        for review in reviews_of(sealed):
            cell = self.index(tuple(review.codes))
            if review.variable == "units" and cell not in self.displayed and all(
                    code == "_T" for code, (_, kind) in zip(review.codes, self.axes) if kind == "confidential"):
                self.supports[cell] = int(review.value)
            if review.decision == "primary":
                self.primaries[review.variable][cell] = review

    def index(self, key):
        return self.cells.setdefault(key, len(self.cells))

    def key_of(self, cell):
        if len(self.keys) != len(self.cells):
            self.keys = list(self.cells)  # in order of insertion, so of index
        return self.keys[cell]

    def key(self, row, dimensions):
        codes = []
        for axis, kind in self.axes:
            columns = [d for d in dimensions if TREE_OF.get(ALIASES.get(d, d), ALIASES.get(d, d)) == axis]
            if not columns:
                codes.append("in")
                continue
            shown = [row[c] for c in columns if row[c] != "_T"]
            codes.append(shown[-1] if shown else "_T")
        return tuple(codes)

    def parent(self, axis, code):
        """The nearest ancestor that the table holds."""
        name = self.axes[axis][0]
        present = {key[axis] for key in self.cells}
        parents = PARENTS.get(LIST_OF.get(name, name), {})
        code = parents.get(code, "_T")
        while code != "_T" and code not in present:
            code = parents.get(code, "_T")
        return code

    def relations(self):
        rows = []
        for axis in range(len(self.axes)):
            parent_of = {code: self.parent(axis, code) for code in {k[axis] for k in self.cells} - {"_T"}}
            children = defaultdict(list)
            for code, parent in sorted(parent_of.items()):
                children[parent].append(code)
            for key, cell in self.cells.items():
                below = [self.cells.get(key[:axis] + (code,) + key[axis + 1:]) for code in children[key[axis]]]
                if below and None not in below:
                    rows.append((cell, below))
        return rows

    def known(self, cell, kinds):
        """True when every axis of these kinds is at its total: an identifying support."""
        key = self.key_of(cell)
        return all(code == "_T" for code, (_, kind) in zip(key, self.axes) if kind in kinds)


class Attacker:
    """Bounds of every unpublished cell, from the published ones, the relations and the bounds."""

    def __init__(self, size, relations, published, bounds, rounding=0.0):
        self.rounding = rounding  # largest error of a released value
        self.free = [c for c in range(size) if c not in published]
        column = {c: i for i, c in enumerate(self.free)}
        data, rows, columns, right, slack = [], [], [], [], []
        for parent, children in relations:
            terms = [(parent, 1)] + [(c, -1) for c in children]
            if not any(c in column for c, _ in terms):
                continue
            constant = sum(sign * published[c] for c, sign in terms if c in published)
            for c, sign in terms:
                if c in column:
                    data.append(sign), rows.append(len(right)), columns.append(column[c])
            right.append(-constant)
            slack.append(rounding * sum(c in published for c, _ in terms))
        self.slack = numpy.array(slack)
        self.matrix = coo_matrix((data, (rows, columns)), (len(right), len(self.free))).tocsr()
        self.right = numpy.array(right, dtype=float)
        self.bounds = [bounds(c) for c in self.free]
        self.column = column
        self.parts = self.components()

    def components(self):
        from scipy.sparse.csgraph import connected_components
        _, labels = connected_components(self.matrix.T @ self.matrix if self.matrix.shape[0] else
                                         coo_matrix((len(self.free),) * 2), directed=False)
        return labels

    def rows(self, matrix, used, scale):
        if not len(used):
            return {}
        right, slack = self.right[used] / scale, self.slack[used] / scale
        if not self.rounding:
            return {"A_eq": matrix[used], "b_eq": right}
        return {"A_ub": vstack([matrix[used], -matrix[used]]), "b_ub": numpy.concatenate([right + slack, slack - right])}

    def interval(self, cell):
        at = self.column[cell]
        members = numpy.flatnonzero(self.parts == self.parts[at])
        matrix = self.matrix[:, members]
        used = numpy.flatnonzero(matrix.getnnz(axis=1))
        objective = (members == at).astype(float)
        scale = max(1.0, abs(self.right[used]).max() if len(used) else 1.0)
        found = []
        for sign in (1, -1):
            result = linprog(sign * objective, **self.rows(matrix, used, scale),
                             bounds=[tuple(None if b is None else b / scale for b in self.bounds[m]) for m in members],
                             method="highs")
            if result.status == 3:
                found.append(float("-inf") if sign == 1 else float("inf"))
                continue
            assert result.status == 0, result.message
            found.append(sign * result.fun * scale)
        return found


    def tables(self, targets):
        """Feasible tables, each of which moves as many of `targets` (cell, sign, bound) as it can at once towards their
        bounds: a table that reaches a bound shows that the attacker cannot exclude it."""
        scale = max(1.0, abs(self.right).max() if len(self.right) else 1.0)
        count, extra = len(self.free), len(targets)
        reach = coo_matrix((numpy.concatenate([[1.0] * extra, [-sign for _, sign, _ in targets]]),
                            (list(range(extra)) * 2,
                             [count + i for i in range(extra)] + [self.column[c] for c, _, _ in targets])),
                           (extra, count + extra))
        relations = hstack([self.matrix, coo_matrix((self.matrix.shape[0], extra))])
        upper, right = [reach], [numpy.zeros(extra)]
        equal = {}
        if self.rounding:
            upper += [relations, -relations]
            right += [(self.right + self.slack) / scale, (self.slack - self.right) / scale]
        elif self.matrix.shape[0]:
            equal = {"A_eq": relations, "b_eq": self.right / scale}
        bounds = [tuple(None if b is None else b / scale for b in bound) for bound in self.bounds]
        bounds += [(None, sign * bound / scale) for _, sign, bound in targets]
        result = linprog([0.0] * count + [-1.0] * extra, A_ub=vstack(upper), b_ub=numpy.concatenate(right),
                         bounds=bounds, method="highs", **equal)
        return result.x[:count] * scale if result.status == 0 else None

    def judge(self, name, requirements):
        """`requirements`: (cell, what, low, high). Many are shown at once; what is left is asked one by one."""
        left = [(cell, sign, bound) for cell, _, low, high in requirements for sign, bound in ((1, high), (-1, low))]
        while left:
            table = self.tables(left)
            if table is None:
                break
            still = [(c, sign, bound) for c, sign, bound in left if sign * table[self.column[c]] < sign * bound - slack_of(bound)]
            if len(still) == len(left):
                break
            left = still
        unproven = {cell for cell, _, _ in left}
        for cell, what, low, high in requirements:
            if cell in unproven:
                judge(f"{name} {what}", *self.interval(cell), low, high)


def slack_of(bound):
    return 1e-6 * max(1.0, abs(bound))


def judge(name, low, high, required_low, required_high):
    slack = 1e-6 * max(1.0, abs(required_low), abs(required_high))
    assert low <= required_low + slack and high >= required_high - slack, (
        f"{name}: an attacker finds [{low}, {high}], required is [{required_low}, {required_high}]")


def attack_counts(name, table, column):
    """COUNT(*): both readings of the mixed variables."""
    checked = 0
    relations = table.relations()
    confidential = any(kind != "identifying" for _, kind in table.axes)
    for kinds in ({"mixed", "confidential"}, {"confidential"}):
        known = {c: v for c, v in table.supports.items() if table.known(c, kinds)} if confidential else {}
        released = {c: v for c, v in table.values[column].items() if v is not None}
        published = {**released, **known}

        def bounds(cell):
            key = table.key_of(cell)
            support = tuple("_T" if kind in kinds else code for code, (_, kind) in zip(key, table.axes))
            return (0, known.get(table.cells.get(support)) if confidential else None)

        attacker = Attacker(len(table.cells), relations, published, bounds)
        requirements = []
        for cell, review in table.primaries["units"].items():
            if cell in published or (confidential and table.known(cell, kinds)):
                continue  # in this reading it is a constant that everyone knows
            top = bounds(cell)[1]
            requirements.append((cell, review.codes, max(0, review.required_low),
                                 review.required_high if top is None else min(top, review.required_high)))
        attacker.judge(name, requirements)
        checked += len(requirements)
        if not confidential:
            break
    return checked


def attack_sums(name, table, column, variable, rounding=0.0):
    published = {c: v for c, v in table.values[column].items() if v is not None}
    attacker = Attacker(len(table.cells), table.relations(), published, lambda c: (0, None), rounding)
    attacker.judge(name, [(cell, review.codes, max(0, review.required_low), review.required_high)
                          for cell, review in table.primaries[variable].items()])
    return len(table.primaries[variable])


def variable_of(statistic, table, sealed):
    """The variable whose pattern a statistic follows; sums stand in the order of the plan's measures."""
    if statistic["statistic"] == "count":
        return "weighted" if "\nweight " in sealed.plan_canonical else "units"
    if statistic["statistic"] == "count_distinct":
        return "distinct:" + re.findall(r"^distinct (\S+)", sealed.plan_canonical, re.M)[0]
    measures = re.findall(r"^measure (\S+)", sealed.plan_canonical, re.M)
    sums = [s["name"] for s in table.statistics if s["statistic"] == "sum"]
    return measures[sums.index(statistic["name"]) if statistic["statistic"] == "sum" else 0]


def hidden_though_large(table, sealed, variable):
    """Displayed cells of K contributors and more that are not published."""
    return sum(review.variable == variable and review.decision in ("primary", "secondary") and
               review.contributors >= K and table.cells.get(tuple(review.codes)) in table.displayed
               for review in reviews_of(sealed))


def sees_a_planted_leak(name, table, sealed, column):
    """The attack is worth something: with every secondary suppression published it finds a sensitive cell."""
    secondary = [r for r in reviews_of(sealed) if r.variable == "units" and r.decision == "secondary"]
    planted = {table.cells[tuple(r.codes)]: int(r.value) for r in secondary}
    if not planted:
        return False
    before = dict(table.values[column])
    table.values[column].update(planted)
    try:
        attack_counts(name, table, column)
        return False
    except AssertionError:
        return True
    finally:
        table.values[column].clear()
        table.values[column].update(before)


def numbers_of(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers_of(part)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


with enclave.served() as (_, address):
    anna = enclave.User(enclave.bundle("anna@heerlen.nl"), address)
    decisions, shown, large = defaultdict(int), 0, 0
    leaks_seen = 0
    for question in enclave.QUESTIONS:
        if ONLY and ONLY not in question.stem:
            continue
        result = anna.run("query", "--project", "heerlen", "-f", question, "--format", "json", check=True)
        answer = json.loads(result.stdout)
        transcript = result.stdout + result.stderr
        sealed = sealed_of(answer["release"])
        table = Table(answer, sealed)
        checked = 0
        for statistic in table.statistics:
            kind = statistic["statistic"]
            shown += sum(v not in (None, 0) for v in table.values[statistic["name"]].values())
            large += hidden_though_large(table, sealed, variable_of(statistic, table, sealed))
            if kind == "count" and "\nweight " in sealed.plan_canonical:
                checked += attack_sums(question.stem, table, statistic["name"], "weighted", rounding=0.5)
            elif kind == "count":
                checked += attack_counts(question.stem, table, statistic["name"])
                leaks_seen += sees_a_planted_leak(question.stem, table, sealed, statistic["name"])
            if kind == "sum":
                checked += attack_sums(question.stem, table, statistic["name"], variable_of(statistic, table, sealed))
        # A suppressed number of five digits and more is nowhere in what the client received.
        numbers = set(numbers_of(answer["rows"]))
        for review in reviews_of(sealed):
            if review.decision in ("primary", "secondary") and len(review.value.replace(".", "").lstrip("-0")) >= 6:
                assert float(review.value) not in numbers, f"{question.stem}: the raw value of {review.codes} is in the answer"
                assert not re.search(rf"(?<![\d.]){re.escape(review.value)}(?![\d.])", transcript)
            if review.decision in ("primary", "secondary"):
                decisions[review.rule or review.decision] += 1
        for row in answer["rows"]:
            for statistic in table.statistics:
                assert (row[statistic["name"]]["value"] is None) == (row[statistic["name"]]["status"] != "ok")
        print(f"{question.stem}: {checked} intervals of protected cells hold")
    print("decisions:", dict(decisions))
    share = shown / (shown + large)
    print(f"{shown} cells published, {large} of {K} contributors and more suppressed: {share:.1%} published; "
          f"a planted leak is seen in {leaks_seen} tables")
    assert share >= 0.60, "at least 60 % of the cells with 10 and more contributors are published"
    assert leaks_seen, "the attack sees no planted leak: it shows nothing"
    assert decisions["frequency"] and decisions["secondary"], "the demo shows frequency and secondary suppression"
    assert any(rule.startswith(("dominance", "p_percent")) for rule in decisions), "the demo shows dominance"
