-- How much of it stands empty?
SELECT wijk, locatietype, COUNT(*) AS objecten, SUM(vvo_m2) AS leegstand
FROM kantoor
WHERE gemeente = 'GM0917' AND leeg = 'ja'
GROUP BY ROLLUP (wijk, locatietype)
