-- How much office space is there in Heerlen, by district and type of location?
SELECT wijk, locatietype, COUNT(*) AS objecten, SUM(vvo_m2) AS voorraad
FROM kantoor
WHERE gemeente = 'GM0917'
GROUP BY ROLLUP (wijk, locatietype)
