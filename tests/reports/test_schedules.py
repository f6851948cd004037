"""Schedules: when they are due, that each due time is taken once, that what was missed is made up for once."""

import asyncio

import pytest

from jobs import services as jobs
from kit.clock import ManualClock, ns_from_iso
from kit.errors import Invalid, NotFound, Unavailable
from reports import services as reports
from reports.models import ReportRow, ScheduleRow
from reports.records import Asked
from reports.schedules import keeper as keepers
from reports.schedules import services
from reports.schedules.keeper import Keeper
from reports.schedules.times import check_cron, next_due_ns
from tests.tables import ask_tables

HOUR_NS = 3_600 * 10**9
MONDAY_NS = ns_from_iso("2026-11-23T12:00:00Z")
SCHEDULES = "/api/v1/reports/schedules/"


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("30 6 * * *", "UTC", "2026-11-23T12:00:00Z", "2026-11-24T06:30:00Z"),
        ("30 6 * * *", "Europe/Berlin", "2026-11-23T12:00:00Z", "2026-11-24T05:30:00Z"),
        ("0 0 * * 1", "UTC", "2026-11-23T12:00:00Z", "2026-11-30T00:00:00Z"),
        ("0 12 * * *", "UTC", "2026-11-23T12:00:00Z", "2026-11-24T12:00:00Z"),  # never the same moment again
        ("0 9 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"),  # the clocks went forward
        ("0 9 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T08:00:00Z"),  # and back
    ],
)
def test_a_due_time_is_one_of_the_clock_on_the_wall(cron, zone, after, due):
    assert next_due_ns(cron, zone, ns_from_iso(after)) == ns_from_iso(due)


def test_an_hour_that_is_there_twice_is_due_once():
    dues, at_ns = [], ns_from_iso("2026-10-24T12:00:00Z")
    for _ in range(3):
        at_ns = next_due_ns("30 2 * * *", "Europe/Berlin", at_ns)
        dues.append(at_ns)
    assert dues == sorted(set(dues))
    assert dues[2] - dues[0] == 49 * HOUR_NS


@pytest.mark.parametrize("every", ["", "hourly", "* * * * *", "*/4 * * * *", "0 0 30 2 *", "61 0 * * *", "0 0 * * * *"])
def test_what_is_no_schedule_is_refused(every):
    with pytest.raises(Invalid) as refused:
        check_cron(every, "UTC", MONDAY_NS)
    assert "every" in refused.value.details


def schedule(**options):
    """A daily statement of the default account, due at six."""
    asked = Asked(kind="statement", format="csv", name="Daily")
    clock = ManualClock(MONDAY_NS)
    settings = {"every": "0 6 * * *", "span": "1d", "keep": 2} | options
    return services.create_schedule("default", asked, clock=clock, **settings)


@pytest.mark.django_db(transaction=True)
def test_each_due_time_is_taken_in_hand_once():
    made = schedule()
    assert made.next_at == ns_from_iso("2026-11-24T06:00:00Z")
    assert services.claim_due(made.next_at - 1) == []
    (due,) = services.claim_due(made.next_at)
    assert (due.schedule_id, due.due_ns) == (made.id, made.next_at)
    assert services.claim_due(made.next_at) == []
    assert services.get_schedule("default", made.id).next_at == ns_from_iso("2026-11-25T06:00:00Z")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_look_at_once_one_has_it(monkeypatch):
    made = schedule()
    both = []
    read = services.next_due_ns

    def somebody_else_was_faster(*arguments):
        monkeypatch.setattr(services, "next_due_ns", read)
        both.extend(services.claim_due(made.next_at))
        return read(*arguments)

    monkeypatch.setattr(services, "next_due_ns", somebody_else_was_faster)
    both += services.claim_due(made.next_at)
    assert [due.schedule_id for due in both] == [made.id]


@pytest.mark.django_db(transaction=True)
def test_a_week_without_the_server_is_made_up_for_once():
    made = schedule()
    late_ns = made.next_at + 7 * 24 * HOUR_NS + 5
    assert len(services.claim_due(late_ns)) == 1
    assert services.claim_due(late_ns) == []
    assert services.get_schedule("default", made.id).next_at == ns_from_iso("2026-12-02T06:00:00Z")


@pytest.mark.django_db(transaction=True)
def test_one_that_is_off_is_never_due_and_on_again_not_for_the_past():
    made = schedule()
    change = {"every": None, "span": None, "keep": None, "clock": ManualClock(made.next_at + 48 * HOUR_NS)}
    off = services.change_schedule("default", made.id, enabled=False, **change)
    assert (off.next_at, services.claim_due(made.next_at)) == (None, [])
    on = services.change_schedule("default", made.id, enabled=True, **change)
    assert on.next_at == ns_from_iso("2026-11-27T06:00:00Z")


@pytest.mark.django_db(transaction=True)
def test_a_change_of_what_is_just_taken_in_hand_does_not_make_it_due_again(monkeypatch):
    made = schedule()
    read = services._row

    def read_just_before_it_is_taken(*arguments):
        monkeypatch.setattr(services, "_row", read)
        row = read(*arguments)
        assert len(services.claim_due(made.next_at)) == 1
        return row

    monkeypatch.setattr(services, "_row", read_just_before_it_is_taken)
    changed = services.change_schedule("default", made.id, every=None, span="1w", keep=5, enabled=None)
    assert (changed.span, changed.keep) == ("1w", 5)
    assert services.claim_due(made.next_at) == []


@pytest.mark.django_db(transaction=True)
def test_only_what_can_change_is_scheduled():
    with pytest.raises(Invalid) as refused:
        asked = Asked(kind="performance", format="csv", backtest="one")
        services.create_schedule("default", asked, every="daily", span="all", keep=1)
    assert "kind" in refused.value.details


# The keeper ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(client, monkeypatch):
    """A keeper with a clock of its own whose reports are made of nothing: (keeper, clock, what was staged)."""
    staged = []

    async def stage(account, asked, *, schedule_id, keep):
        staged.append((account, asked, schedule_id))
        return {"labels": {}, "number": len(staged)}

    monkeypatch.setattr(keepers, "stage_report", stage)
    clock = ManualClock(MONDAY_NS)
    return Keeper(clock), clock, staged


class Submitted(list):
    """Specs of jobs; `first` is set when there is one."""

    def __init__(self):
        super().__init__()
        self.first = asyncio.Event()


@pytest.fixture
def submitted(monkeypatch):
    """Jobs that are asked for; none is carried out."""
    found = Submitted()

    async def submit(kind, prepare, *, account):
        if len(found) >= 3:
            raise Unavailable("Too much to do.", code="JOB_QUEUE_FULL")
        found.append(await prepare())
        found.first.set()
        return jobs.JobView(
            id=f"job{len(found)}", kind=kind, account=account, status="queued", created_at=0, trace_id="t"
        )

    monkeypatch.setattr(jobs, "submit_prepared", submit)
    return found


async def test_what_is_due_is_asked_for_and_the_rest_waits(kept, submitted):
    keeper, clock, staged = kept
    made = await ask_tables(schedule)
    assert await keeper.look() == keepers.LONGEST_PAUSE_S
    clock.set_ns(made.next_at - 2 * 10**9)
    assert await keeper.look() == pytest.approx(2.0)
    clock.set_ns(made.next_at)
    await keeper.look()
    await keeper.look()
    assert len(submitted) == len(staged) == 1
    account, asked, schedule_id = staged[0]
    assert (account, asked.kind, schedule_id) == ("default", "statement", made.id)
    assert asked.from_ns is not None
    shown = await ask_tables(services.get_schedule, "default", made.id)
    assert (shown.last_job, shown.last_due_at) == ("job1", made.next_at)


async def test_what_finds_no_room_is_tried_again_and_nothing_is_doubled(kept, submitted):
    keeper, clock, staged = kept
    made = [await ask_tables(schedule) for _ in range(5)]
    clock.set_ns(made[0].next_at)
    assert await keeper.look() == keepers.RETRY_PAUSE_S
    assert len(submitted) == 3
    left = [await ask_tables(services.get_schedule, "default", each.id) for each in made]
    assert sum(each.next_at == made[0].next_at for each in left) == 2
    assert any("Too much to do" in (each.last_error or "") for each in left)
    submitted.clear()
    await keeper.look()
    assert len({schedule_id for _, _, schedule_id in staged}) == 5
    assert len(submitted) == 2


async def test_one_that_cannot_be_made_says_so_and_keeps_nobody(kept, submitted, monkeypatch):
    keeper, clock, _ = kept
    bad, good = [await ask_tables(schedule) for _ in range(2)]
    stage = keepers.stage_report

    async def stage_some(account, asked, *, schedule_id, keep):
        if schedule_id == bad.id:
            raise NotFound("There is no account 'x'.", code="UNKNOWN_ACCOUNT")
        return await stage(account, asked, schedule_id=schedule_id, keep=keep)

    monkeypatch.setattr(keepers, "stage_report", stage_some)
    clock.set_ns(good.next_at)
    await keeper.look()
    assert len(submitted) == 1
    shown = await ask_tables(services.get_schedule, "default", bad.id)
    assert shown.last_error.startswith("UNKNOWN_ACCOUNT")
    assert shown.next_at > good.next_at


async def test_it_starts_wakes_and_stops(kept, submitted):
    keeper, clock, _ = kept
    assert keeper.state().state == "stopped"
    await keeper.start()
    try:
        made = await ask_tables(schedule)
        clock.set_ns(made.next_at)
        keeper.wake()
        async with asyncio.timeout(10):
            await submitted.first.wait()
    finally:
        await keeper.stop()
    assert keeper.state().state == "stopped"
    assert "1 reports asked for" not in keeper.state().detail


async def test_a_stop_finishes_what_is_asked_for_and_leaves_the_rest_due(kept, submitted, monkeypatch):
    keeper, clock, _ = kept
    made = [await ask_tables(schedule) for _ in range(3)]
    clock.set_ns(made[0].next_at)
    stage, begun, go_on = keepers.stage_report, asyncio.Event(), asyncio.Event()

    async def stage_late(*arguments, **options):
        begun.set()
        await go_on.wait()
        return await stage(*arguments, **options)

    monkeypatch.setattr(keepers, "stage_report", stage_late)
    await keeper.start()
    await begun.wait()
    stopping = asyncio.create_task(keeper.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    left = [await ask_tables(services.get_schedule, "default", each.id) for each in made]
    assert len(submitted) == 1
    assert sorted(each.last_job or "" for each in left) == ["", "", "job1"]
    assert all(each.last_job or each.next_at == made[0].next_at for each in left)


async def test_a_stop_that_waits_no_longer_leaves_what_it_broke_off_due(kept, submitted, monkeypatch):
    keeper, clock, _ = kept
    made = await ask_tables(schedule)
    clock.set_ns(made.next_at)
    begun = asyncio.Event()

    async def stage_for_ever(*arguments, **options):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(keepers, "stage_report", stage_for_ever)
    monkeypatch.setattr(keepers, "STOP_S", 0.01)
    await keeper.start()
    await begun.wait()
    await keeper.stop()
    assert (await ask_tables(services.get_schedule, "default", made.id)).next_at == made.next_at
    assert submitted == []


async def test_a_stop_that_waits_no_longer_asks_for_nothing_twice(kept, submitted, monkeypatch):
    keeper, clock, _ = kept
    made = await ask_tables(schedule)
    clock.set_ns(made.next_at)
    submit = jobs.submit_prepared

    async def submit_for_ever(*arguments, **options):
        await submit(*arguments, **options)
        await asyncio.Event().wait()

    monkeypatch.setattr(jobs, "submit_prepared", submit_for_ever)
    monkeypatch.setattr(keepers, "STOP_S", 0.01)
    await keeper.start()
    await submitted.first.wait()
    await keeper.stop()
    assert (await ask_tables(services.get_schedule, "default", made.id)).next_at > made.next_at


async def test_a_fault_that_nobody_foresaw_costs_no_other_report(kept, submitted, monkeypatch):
    keeper, clock, _ = kept
    bad, good = [await ask_tables(schedule) for _ in range(2)]
    clock.set_ns(bad.next_at)
    stage = keepers.stage_report

    async def stage_some(account, asked, *, schedule_id, keep):
        if schedule_id == bad.id:
            raise ZeroDivisionError
        return await stage(account, asked, schedule_id=schedule_id, keep=keep)

    monkeypatch.setattr(keepers, "stage_report", stage_some)
    with pytest.raises(ZeroDivisionError):
        await keeper.look()
    await keeper.look()
    assert len(submitted) == 1
    assert (await ask_tables(services.get_schedule, "default", good.id)).last_job == "job1"


@pytest.mark.django_db(transaction=True)
def test_only_the_newest_of_a_schedule_stay(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    made = schedule(keep=2)
    for number in range(4):
        file = reports.file_of(f"r{number}", "csv")
        file.write_text("x")
        asked = {"kind": "statement", "format": "csv", "name": ""}
        labels = {"account": "default", "asked": asked, "schedule_id": made.id, "keep": made.keep}
        result = {"title": "t", "size_bytes": 1, "content_hash": "h", "warnings": []}
        reports.store_report({"labels": labels, "file": str(file), "material_hash": "m"}, result)
    assert [row.id for row in ReportRow.objects.filter(schedule_id=made.id)] == ["r3", "r2"]
    assert sorted(path.name for path in (tmp_path / "reports" / "files").iterdir()) == ["r2.csv", "r3.csv"]


@pytest.mark.django_db(transaction=True)
def test_the_reports_of_a_schedule_are_listed_alone(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    made = schedule()
    for name, schedule_id in (("own", made.id), ("other", "")):
        file = reports.file_of(name, "csv")
        file.write_text("x")
        asked = {"kind": "statement", "format": "csv", "name": ""}
        labels = {"account": "default", "asked": asked, "schedule_id": schedule_id, "keep": 30}
        result = {"title": "t", "size_bytes": 1, "content_hash": "h", "warnings": []}
        reports.store_report({"labels": labels, "file": str(file), "material_hash": "m"}, result)
    assert [each.id for each in reports.list_reports("default", schedule=made.id, limit=9).items] == ["own"]
    assert [each.id for each in reports.list_reports("default", limit=9).items] == ["own", "other"]
    assert reports.list_reports("default", kind="risk", schedule=made.id, limit=9).items == []


async def test_schedules_over_rest(client):
    body = {"kind": "statement", "format": "pdf", "name": "Every morning", "every": "daily", "time_zone": "Asia/Tokyo"}
    made = await client.post(SCHEDULES, json=body)
    assert made.status == 201, made.json()
    assert (made.data["every"], made.data["span"], made.data["keep"]) == ("0 0 * * *", "1d", 30)
    assert made.data["next_at"].endswith("T15:00:00.000Z")
    path = f"{SCHEDULES}{made.data['id']}/"
    changed = await client.patch(path, json={"every": "weekly", "keep": 3, "enabled": False})
    assert (changed.data["every"], changed.data["keep"], changed.data["next_at"]) == ("0 0 * * 1", 3, None)
    assert [each["id"] for each in (await client.get(SCHEDULES)).data["items"]] == [made.data["id"]]
    assert (await client.get(path, headers={"X-Account": "other"})).status == 404
    assert (await client.delete(path, headers={"X-Account": "other"})).status == 404
    assert (await client.patch(path, json={})).status == 400
    assert (await client.delete(path)).status == 204
    assert (await client.get(path)).status == 404
    for field, wrong in (
        ("every", "sometimes"),
        ("span", "2d"),
        ("keep", 0),
        ("time_zone", "Mars/Base"),
        ("kind", "data"),
    ):
        answer = await client.post(SCHEDULES, json=body | {field: wrong})
        assert (answer.status, field in answer.details or field == "kind") == (400, True), (field, answer.json())


async def test_there_is_an_end_to_schedules(client, monkeypatch):
    monkeypatch.setattr(services, "MAX_SCHEDULES", 1)
    body = {"kind": "statement", "every": "daily"}
    assert (await client.post(SCHEDULES, json=body)).status == 201
    refused = await client.post(SCHEDULES, json=body)
    assert (refused.status, refused.code) == (409, "TOO_MANY_SCHEDULES")
    assert await ask_tables(ScheduleRow.objects.count) == 1
