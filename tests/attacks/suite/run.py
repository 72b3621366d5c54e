"""The attack suite against a running server, through the public client alone. Prints TAP; exit 1 when an attack is not
withstood that should be, or the ordinary tables beside one are not answered.

An attack with a `plant` is also run with that fault, and must succeed then. One that says what the product is LACKING
against it is run, its rate is told under TAP's directive for that, and it fails nothing."""
import argparse
import importlib
import json
import pathlib
import sys

import world as worlds
from verdict import together

TWIN_SHARE = 0.90


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("attacks", nargs="*", help="p03 and so on; default: all")
    parser.add_argument("--worlds", type=int, default=1, help="worlds for each attack, with secrets of their own")
    parser.add_argument("--areas", type=int, default=40, help="neighbourhoods of a world, with a victim each")
    parser.add_argument("--trials", type=int, default=20, help="of attacks that repeat one question")
    parser.add_argument("--seed", type=int, default=20161128)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--table", metavar="FILE", help="the results as a table of docs/attacks.md")
    return parser.parse_args()


def twin_share(world, queries):
    """The share of the cells of ordinary tables that are answered, in an enclave of which nothing else was asked."""
    shown = cells = 0
    with world.served() as attackers:
        for sql in queries:
            of_query = attackers[0].ask(sql).shown()
            shown, cells = shown + of_query[0], cells + of_query[1]
    return shown / cells if cells else 0.0


def in_world(options, seed, use, plant=None):
    world = worlds.World(seed, options.areas, plant)
    try:
        return use(world)
    finally:
        world.remove()


def run(module, options, plant=None):
    """The attack in each world, as one verdict."""
    verdicts = []
    for seed in range(options.seed, options.seed + options.worlds):
        print(f"# {module.__name__} seed {seed}{' with its fault' if plant else ''}", flush=True)
        verdicts.append(in_world(options, seed, lambda world: module.attack(world, options.trials), plant))
    return together(verdicts)


def as_table(results):
    lines = ["| attack | what | right | of | 95 % | at most | withstood | ordinary cells |", "|---|---|---|---|---|---|---|---|"]
    for name, result in results.items():
        low, high = result["interval"]
        state = "yes" if result["withstood"] else "**no**: " + (result["lacking"] or "a finding")
        lines.append(f"| {name[:3].upper()} | {result['note']} | {result['right']:g} | {result['trials']} | {low:.3f} to {high:.3f} | "
                     f"{result['limit']:.3f} | {state} | {result['twin']:.1%} |")
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    folder = pathlib.Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("p[0-9]*.py"))
    if options.attacks:
        unknown = [wanted for wanted in options.attacks if not any(name.startswith(wanted) for name in names)]
        if unknown:
            sys.exit(f"no attack {', '.join(unknown)}; there are {', '.join(names)}")
        names = [name for name in names if any(name.startswith(wanted) for wanted in options.attacks)]
    print(f"TAP version 13\n1..{len(names)}")
    results, failed = {}, False
    for number, name in enumerate(names, 1):
        module = importlib.import_module(name)
        verdict = run(module, options)
        share = in_world(options, options.seed, lambda world, module=module: twin_share(world, module.TWIN))
        lacking, plant = getattr(module, "LACKING", ""), getattr(module, "plant", None)
        dead = plant is not None and run(module, options, plant).withstood()
        good = verdict.withstood() and share >= TWIN_SHARE and not dead
        failed = failed or (not good and (not lacking or share < TWIN_SHARE))
        result = dict(verdict.as_json(), twin=round(share, 4), lacking=lacking, planted=None if plant is None else not dead)
        results[name] = result
        print(f"{'ok' if good else 'not ok'} {number} - {name}{' # TODO ' + lacking if lacking else ''}")
        if plant is not None:
            print(f"# with its fault planted it {'fails: it shows nothing' if dead else 'succeeds'}")
        print(f"# right {verdict.right} of {verdict.trials}, interval {result['interval']}, at most {verdict.limit:.3f} ("
              f"{verdict.note}); ordinary tables answered {share:.3f}", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    if options.table:
        pathlib.Path(options.table).write_text(as_table(results))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
