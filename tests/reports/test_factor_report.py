"""The report of a factor that was really judged, out of its job."""

import json

from tests.analytics.factors.conftest import SYMBOLS, client  # noqa: F401 - a fixture

EVALUATE = "/api/v1/factors/evaluate/"
REPORTS = "/api/v1/reports/"


async def test_it_says_what_the_job_said(client, result_of):  # noqa: F811
    asked = {"symbols": SYMBOLS, "interval": "1h", "expression": "close / delay(close, 5) - 1", "horizons": [1, 5]}
    job = (await client.post(f"{EVALUATE}?wait=25", json=asked)).data
    assert job["status"] == "succeeded", job
    made = await result_of(REPORTS, kind="factor", format="json", job=job["id"])
    report = json.loads((await client.get(f"{REPORTS}{made['report_id']}/download/")).body)
    tables = {each["name"]: each["rows"] for section in report["sections"] for each in section["tables"]}
    judged = job["result"]
    assert [row[0] for row in tables["horizons"]] == [1, 5]
    assert [row[1] for row in tables["horizons"]] == [each["ic"]["rank_ic"]["mean"] for each in judged["horizons"]]
    assert len(tables["quantiles"]) == 2 * len(judged["horizons"][0]["quantiles"])
    assert report["provenance"]["data"][0]["content_hash"] == judged["data_hash"]
    for form in ("html", "pdf", "csv", "xlsx"):
        await result_of(REPORTS, kind="factor", format=form, job=job["id"])
    other = (await client.get("/api/v1/jobs/")).data["items"][0]
    refused = await client.post(REPORTS, json={"kind": "factor", "job": other["id"]})
    assert (refused.status, refused.code) == (409, "NOT_JUDGED")
