-- How do residents of Heerlen judge the safety of their neighbourhood, by district? Weighted to the population of 15 and over.
SELECT p.wijk, COUNT(DISTINCT v.rinpersoon) AS respondenten, COUNT(*) AS inwoners_15_plus, AVG(v.rapportcijfer) AS cijfer
FROM veiligheidsmonitor v JOIN persoon p ON v.rinpersoon = p.rinpersoon
WHERE v.jaar = '2021' AND p.gemeente = 'GM0917'
GROUP BY ROLLUP (p.wijk)
