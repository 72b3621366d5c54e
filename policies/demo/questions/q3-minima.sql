-- Where do households with a minimum income live in Heerlen, and of what type are they?
SELECT buurt, typhh, COUNT(*) AS minimum
FROM huishouden
WHERE gemeente = 'GM0917' AND minimum = 'ja'
GROUP BY CUBE (buurt, typhh)
