-- How many of them feel unsafe?
SELECT p.wijk, LEVEL(v.onveiligbuurt, 'gevoel') AS gevoel, COUNT(*) AS inwoners_15_plus
FROM veiligheidsmonitor v JOIN persoon p ON v.rinpersoon = p.rinpersoon
WHERE v.jaar = '2021' AND p.gemeente = 'GM0917'
GROUP BY CUBE (p.wijk, LEVEL(v.onveiligbuurt, 'gevoel'))
