"""P23: what a database tells about its tables."""
from verdict import of_refusals

ASKED = ["EXPLAIN SELECT COUNT(*) FROM persoon", "EXPLAIN ANALYZE SELECT COUNT(*) FROM persoon", "SUMMARIZE persoon",
         "DESCRIBE persoon", "SHOW TABLES", "PRAGMA table_info('persoon')", "SELECT * FROM duckdb_tables()",
         "SELECT * FROM information_schema.tables", "SELECT * FROM pg_stats", "SELECT * FROM persoon",
         "SELECT COUNT(*) AS n FROM 'persoon.csv'", "SELECT COUNT(*) AS n FROM read_csv('persoon.csv')", "ANALYZE",
         "COPY persoon TO 'x'", "ATTACH 'x'", "SELECT version() AS v", "SELECT current_setting('threads') AS v",
         "SELECT COUNT(*) AS n FROM persoon TABLESAMPLE 1 ROWS", "SELECT random() AS n, COUNT(*) AS m FROM persoon"]
TWIN = ["SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente"]


def attack(world, trials):
    with world.served() as attackers:
        return of_refusals([(sql, attackers[0].ask(sql)) for sql in ASKED])
