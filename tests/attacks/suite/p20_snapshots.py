"""P20: the same table a month later, when the victims alone have moved, each to the next neighbourhood."""
import p08_areas

NOW = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY buurt"
LATER = "SELECT buurt, COUNT(*) AS n FROM persoon_later WHERE bijstand = 'ja' GROUP BY buurt"
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon_later WHERE bijstand = 'ja' GROUP BY wijk"]
LACKING = "the periods of the history are not built"


def attack(world, trials):
    with world.served() as attackers:
        now, later = attackers[0].counts(NOW, "buurt"), attackers[1].counts(LATER, "buurt")
    # The first neighbourhood gets the last one's victim, so the chain has no end that is known: both are tried.
    return p08_areas.chain(world, {a: now.get((a,)) for a in world.areas}, {a: later.get((a,)) for a in world.areas}, None)
