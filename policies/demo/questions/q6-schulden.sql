-- In which districts and neighbourhoods of Heerlen do households have problematic debts?
SELECT wijk, buurt, COUNT(*) AS met_schuld
FROM huishouden
WHERE gemeente = 'GM0917' AND schuld = 'ja'
GROUP BY ROLLUP (wijk, buurt)
