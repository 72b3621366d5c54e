-- All households of Heerlen, for the share.
SELECT wijk, buurt, COUNT(*) AS huishoudens
FROM huishouden
WHERE gemeente = 'GM0917'
GROUP BY ROLLUP (wijk, buurt)
