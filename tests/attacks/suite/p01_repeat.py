"""P1: the same question many times, by two users of two organisations and after a restart: an average over answers
would tell what noise or chance hides."""
from verdict import of_differences

SQL = "SELECT buurt, bijstand, COUNT(*) AS n, AVG(inkomen) AS x FROM persoon GROUP BY buurt, bijstand"
TWIN = ["SELECT wijk, bijstand, COUNT(*) AS n FROM persoon GROUP BY wijk, bijstand"]


def attack(world, trials):
    rows = []
    for _ in range(2):
        with world.served() as attackers:
            for i in range(trials // 2):
                rows.append(attackers[i % 2].ask(SQL).table.get("rows"))
    assert rows[0], "the question is answered"
    return of_differences(rows)
