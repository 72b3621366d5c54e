-- All households of Heerlen, by neighbourhood and type.
SELECT buurt, typhh, COUNT(*) AS huishoudens
FROM huishouden
WHERE gemeente = 'GM0917'
GROUP BY CUBE (buurt, typhh)
