-- How many of them does a municipal scheme reach?
SELECT buurt, typhh, COUNT(*) AS bereikt
FROM huishouden
WHERE gemeente = 'GM0917' AND minimum = 'ja' AND regeling = 'ja'
GROUP BY CUBE (buurt, typhh)
