-- How did hotels, restaurants and bars in Heerlen develop from 2012 to 2022? The turnover is of the businesses that have
-- an establishment here, each counted once, however many it has.
SELECT jaar, LEVEL(sbi, 'klasse') AS klasse, COUNT(*) AS vestigingen, SUM(werkzame_personen) AS werkzame_personen, SUM(omzet) AS omzet
FROM vestiging
WHERE gemeente = 'GM0917' AND LEVEL(sbi, 'afdeling') IN ('55', '56')
GROUP BY ROLLUP (jaar, LEVEL(sbi, 'klasse'))
