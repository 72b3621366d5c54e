-- How much turnover did the smart-services sector of Heerlen gain, by group? The gain is the difference of two years.
SELECT s.groep, b.jaar, COUNT(DISTINCT b.holding_id) AS holdings, SUM(b.omzet) AS omzet
FROM bedrijf b JOIN smartservices s ON b.sbi_sleutel = s.sbi_sleutel
WHERE b.gemeente = 'GM0917'
GROUP BY CUBE (s.groep, b.jaar)
