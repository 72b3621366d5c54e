-- How did hotels, restaurants and bars in Heerlen develop from 2012 to 2022?
SELECT jaar, LEVEL(sbi, 'klasse') AS klasse, COUNT(*) AS vestigingen, SUM(werkzame_personen) AS werkzame_personen
FROM vestiging
WHERE gemeente = 'GM0917' AND LEVEL(sbi, 'afdeling') IN ('55', '56')
GROUP BY ROLLUP (jaar, LEVEL(sbi, 'klasse'))
