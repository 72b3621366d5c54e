"""P8: neighbourhoods and postcodes, which do not nest: the victim of each neighbourhood has the next one's postcode, so
the differences of the two tables, added up from one end, give one secret after the other."""
from verdict import of_bits

AREAS = "SELECT buurt, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY buurt"
CODES = "SELECT postcode, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY postcode"
TWIN = ["SELECT wijk, COUNT(*) AS n FROM persoon WHERE bijstand = 'ja' GROUP BY wijk"]
LACKING = "the gate H1 of the history is not built"


def chain(world, own, others, start):
    """`start`: the secret before the first, None where nobody knows it. Secrets from own[area] - others[area] = secret - secret of the victim before; a gap begins anew, not knowing."""
    guesses, before = [], start
    for place, victim in enumerate(world.victims):
        high, low = own.get(victim.area), others.get(victim.area)
        if before is None:
            before = restart(world, own, others, place)
        before = None if None in (high, low, before) else high - low + before
        guesses.append((None if before is None else before == 1, victim.has))
    return of_bits(guesses)


def restart(world, own, others, place):
    """The secret before `place`, where only one of 0 and 1 keeps all secrets after it at 0 or 1."""
    fitting = []
    for start in (0, 1):
        secret, fits = start, True
        for victim in world.victims[place:]:
            high, low = own.get(victim.area), others.get(victim.area)
            if high is None or low is None:
                break
            secret = high - low + secret
            fits = fits and secret in (0, 1)
        fitting += [start] if fits else []
    return fitting[0] if len(fitting) == 1 else None


def attack(world, trials):
    with world.served() as attackers:
        areas = attackers[0].counts(AREAS, "buurt")
        codes = attackers[0].counts(CODES, "postcode")
    own = {area: areas.get((area,)) for area in world.areas}
    others = {area: codes.get((world.postcode(n),)) for n, area in enumerate(world.areas)}
    return chain(world, own, others, 0)
