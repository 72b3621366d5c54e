"""What the catalogue says, and what follows from it, as researchers of the demo meet it."""
import json

import enclave


def value(cell):
    assert cell["status"] == "ok", cell
    return cell["value"]


def ask(user, sql, project=None):
    where = ["--project", project] if project else []
    result = user.run("query", *where, "-e", sql, "--format", "json", check=True)
    return json.loads(result.stdout)["rows"]


def refused(user, sql, code, exit_code, hint):
    result = user.run("query", "-e", sql)
    assert result.returncode == exit_code, (sql, result.returncode, result.stderr)
    assert f"error[{code}]" in result.stderr and hint in result.stderr, (sql, result.stderr)
    assert result.stdout == "", "a refusal has no data"


with enclave.served() as (_, address):
    region = enclave.User(enclave.bundle("r.smeets@parkstad.nl"), address)
    luc = enclave.User(enclave.bundle("luc@landgraaf.nl"), address)

    # A turnover that stands in the row of every establishment is counted once for each business.
    by_year = "SELECT jaar, COUNT(*) AS n, SUM(omzet) AS omzet, AVG(omzet) AS gemiddeld FROM {} GROUP BY ROLLUP (jaar)"
    businesses = ask(region, by_year.format("bedrijf"))
    establishments = ask(region, by_year.format("vestiging"))
    assert len(businesses) == len(establishments) == 12
    for business, establishment in zip(businesses, establishments):
        assert value(business["omzet"]) == value(establishment["omzet"]), business["jaar"]
        assert value(business["gemiddeld"]) == value(establishment["gemiddeld"]), business["jaar"]
        assert value(business["n"]) < value(establishment["n"]), "establishments are counted as they are"
    refused(region, "SELECT wijk, SUM(omzet) FROM vestiging GROUP BY wijk", "GRAIN", 2, "sbi, jaar, variables of bedrijf")

    # Areas of 2022 from data of 2018: a merged one is the sum of those that it was made of.
    then = {row["gemeente"]: value(row["n"]) for row in ask(
        region, "SELECT gemeente, COUNT(*) AS n FROM kantoor_2018 GROUP BY gemeente")}
    later = {row["gemeente"]: value(row["n"]) for row in ask(
        region, "SELECT LEVEL(gemeente, 'gemeente2022') AS gemeente, COUNT(*) AS n FROM kantoor_2018 GROUP BY 1")}
    now = {row["gemeente"] for row in ask(region, "SELECT gemeente, COUNT(*) AS n FROM kantoor GROUP BY gemeente")}
    assert set(later) == now, "the areas of the two periods"
    assert later["GM1954"] == then["GM0881"] + then["GM0951"] + then["GM0962"]
    assert all(later[code] == then[code] for code in later if code != "GM1954")
    refused(region, "SELECT COUNT(*) FROM kantoor_2018 WHERE LEVEL(gemeente, 'gemeente2022') = 'GM0951'", "UNKNOWN_CODE", 2,
            "it is part of 'GM1954' there")

    # Two variables that may not meet.
    refused(region, "SELECT p.herkomst, SHARE(v.slachtoffer = 'ja') FROM veiligheidsmonitor v "
            "JOIN persoon p ON v.rinpersoon = p.rinpersoon GROUP BY p.herkomst", "FORBIDDEN_TOGETHER", 3, "leave one of them out")

    # What is told of the catalogue, and to whom.
    described = json.loads(region.run("describe", "kantoor_2018", "--format", "json", check=True).stdout)
    assert described["lineage"] == "kantoor" and described["reference_date"] == "2018-12-31"
    assert described["other_periods"] == [{"dataset": "kantoor", "period": "2022"}]
    area = next(v for v in described["variables"] if v["name"] == "gemeente")
    assert area["levels"] == [{"name": "gemeente2022", "codes": 7, "areas_on": "2022-01-01"}, {"name": "gemeente", "codes": 9}]
    turnover = json.loads(luc.run("describe", "vestiging.omzet", "--format", "json", check=True).stdout)["variables"][0]
    assert turnover["unit"] == "1 000 EUR" and turnover["decimals"] == 2 and turnover["grain"] == ["bedrijf_jaar"]
    assert set(turnover["title"]) == set(turnover["quality"]) == {"nl", "en"}
    origin = region.run("describe", "persoon.herkomst", check=True).stdout
    assert "veiligheidsmonitor.slachtoffer" in origin
    karin = enclave.User(enclave.bundle("karin@kerkrade.nl"), address)
    told = karin.run("describe", "persoon", check=True).stdout + karin.run("describe", "persoon.herkomst", check=True).stdout
    assert "slachtoffer" not in told, "a variable that is not granted"
    told = luc.run("describe", "bedrijf", "--format", "json", check=True).stdout
    assert "smartservices" not in told, "a link to a dataset that is not granted"
print("the catalogue says what it should")
