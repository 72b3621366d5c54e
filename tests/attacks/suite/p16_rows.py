"""P16: fifty rows of one person: a threshold that counts rows would let them through."""
from verdict import Verdict

TWIN = ["SELECT LEVEL(buurt, 'wijk') AS wijk, COUNT(*) AS n FROM baan WHERE sector = 'A' GROUP BY wijk"]


def attack(world, trials):
    with world.served() as attackers:
        rows = attackers[0].ask("SELECT buurt, sector, COUNT(*) AS n FROM baan GROUP BY buurt, sector")
        alone = attackers[0].ask("SELECT buurt, COUNT(*) AS n FROM baan WHERE sector = 'Z' GROUP BY buurt")
    cells = [value for (_, sector), value in rows.values("n", "buurt", "sector").items() if sector == "Z"]
    cells += alone.values("n", "buurt").values()
    return Verdict(sum(value is not None for value in cells), 2 * len(world.areas), 0.0, "cells of one person that are shown")
