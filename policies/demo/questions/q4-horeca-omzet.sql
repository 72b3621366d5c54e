-- And the turnover of businesses with their seat in Heerlen.
SELECT jaar, LEVEL(sbi, 'klasse') AS klasse, COUNT(DISTINCT bedrijf_id) AS bedrijven, SUM(omzet) AS omzet
FROM bedrijf
WHERE gemeente = 'GM0917' AND LEVEL(sbi, 'afdeling') IN ('55', '56')
GROUP BY ROLLUP (jaar, LEVEL(sbi, 'klasse'))
