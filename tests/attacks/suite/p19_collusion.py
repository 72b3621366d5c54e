"""P19: the two questions of P3 by two projects of two municipalities."""
import p03_difference

TWIN = p03_difference.TWIN
LACKING = p03_difference.LACKING


def attack(world, trials):
    with world.served() as attackers:
        return p03_difference.difference(attackers[0].counts(p03_difference.ALL, "buurt"),
                                         attackers[1].counts(p03_difference.WITHOUT, "buurt"), world)
