"""Each alert is told of when what it says is so, not before, and not while all is well; promtool evaluates the rules."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.required_services import find_program
from tests.server import ROOT

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
ONE = 'gateway="gateway-1"'
TWO = 'gateway="gateway-2"'


@dataclass(frozen=True)
class Case:
    """What the gateways show, a value each 15 s in promtool's notation, and what is told of it."""

    alert: str
    severity: str
    says: str
    ill: dict[str, str]
    """Series of what the alert is about."""
    well: dict[str, str]
    """The nearest that it is not about."""
    told_by: str = "1m30s"
    not_yet: str | None = "45s"
    """When it is known and not told of yet; None: it is told of at once."""
    labels: dict[str, str] = field(default_factory=dict)
    """Its labels beside the gateway and the severity."""
    silent_at: tuple[str, ...] = ("2m30s", "5m", "9m")
    """When it is looked whether what is well is told of."""


def commits(*, fast: int, slow: int) -> dict[str, str]:
    """Batches of the journal, as many each 15 s: `fast` of them within 10 ms, and `slow` in half a second."""
    name, ends = (
        f"sandbar_journal_commit_seconds_bucket{{{ONE}",
        {"0.01": fast, "0.5": fast + slow, "+Inf": fast + slow},
    )
    return {f'{name},le="{le}"}}': f"0+{count}x80" for le, count in ends.items()}


def answers(status: str, values: str) -> dict[str, str]:
    """How often a route gave this status."""
    return {f'sandbar_requests_total{{{ONE},route="orders/",method="POST",status="{status}"}}': values}


CASES = [
    Case(
        "GatewayAway", "page", "gateway-1 does not answer: its accounts cannot trade.",
        ill={f'up{{{ONE},job="gateway-1"}}': "1 0x40", f'up{{{TWO},job="gateway-2"}}': "1x40"},
        well={f'up{{{ONE},job="gateway-1"}}': "1 0 1x40", 'up{job="prometheus"}': "0x40"},
        labels={"job": "gateway-1"}, not_yet="1m",
    ),
    Case(
        "JournalReadOnly", "page", "gateway-1 takes no orders: its journal does not write.",
        ill={f"sandbar_journal_writable{{{ONE}}}": "1 0x40", f"sandbar_journal_writable{{{TWO}}}": "1x40"},
        well={f"sandbar_journal_writable{{{ONE}}}": "1 0 1x40"},
        told_by="1m", not_yet="30s",
    ),
    Case(
        "JournalSlow", "ticket", "gateway-1: writing a batch of the journal takes 490.2ms.",
        ill=commits(fast=1, slow=1), well=commits(fast=999, slow=1), told_by="6m", not_yet="4m",
    ),
    Case(
        "JournalBehind", "page", "gateway-1: 6000 changes wait for the journal; at 10,000 orders are refused.",
        ill={f"sandbar_journal_in_flight{{{ONE}}}": "6000x40"}, well={f"sandbar_journal_in_flight{{{ONE}}}": "5000x40"},
        told_by="15s", not_yet="0s",
    ),
    Case(
        "FeedStopped", "ticket", "gateway-1 has no prices.",
        ill={f"sandbar_feed_running{{{ONE}}}": "0x40", f"sandbar_feed_running{{{TWO}}}": "1x40"},
        well={f"sandbar_feed_running{{{ONE}}}": "0 0 1x40"},
    ),
    Case(
        "FeedLate", "ticket", "gateway-1: prices are 8s behind their source.",
        ill={f"sandbar_feed_lag_seconds{{{ONE}}}": "8x40"}, well={f"sandbar_feed_lag_seconds{{{ONE}}}": "5x40"},
    ),
    Case(
        "MarketsStale", "ticket", "gateway-1: 3 markets hear nothing from their exchange.",
        ill={f"sandbar_feed_stale_markets{{{ONE}}}": "3x40"}, well={f"sandbar_feed_stale_markets{{{ONE}}}": "0x40"},
    ),
    Case(
        "EventLoopBlocked", "ticket", "gateway-1: everybody waited for 400ms.",
        ill={f"sandbar_event_loop_worst_lag_seconds{{{ONE}}}": "0.4x40"},
        well={f"sandbar_event_loop_worst_lag_seconds{{{ONE}}}": "0.4x4 0.01x40"},  # once: shown for a minute
        told_by="2m15s", not_yet="1m45s",
    ),
    Case(
        "DependencyAway", "ticket", "gateway-1: redis cache is away.",
        ill={f'sandbar_breaker_state{{{ONE},breaker="redis cache"}}': "2 2 1 2x40"},
        well={f'sandbar_breaker_state{{{ONE},breaker="redis cache"}}': "2 2 0x40"},
        labels={"breaker": "redis cache"},
    ),
    Case(
        "FaultsOfOurs", "ticket", "gateway-1 fails at orders/.",
        ill=answers("500", "_ _ 1x40"), well=answers("500", "3x80") | answers("201", "0+5x80"),
        told_by="2m", not_yet="1m15s", labels={"route": "orders/"}, silent_at=("6m", "9m"),  # an old one is forgotten
    ),
    Case(
        "FaultsOfOurs", "ticket", "gateway-1 fails at orders/.",
        ill=answers("500", "3x30 4x40"), well=answers("404", "_ 1x40"),
        told_by="10m", not_yet="8m15s", labels={"route": "orders/"},
    ),
    Case(
        "RefusedForNow", "ticket", "gateway-1 answers 503: something it needs is away.",
        ill=answers("503", "0+6x80"), well=answers("503", "0+1x80"), told_by="7m", not_yet="4m",
    ),
    Case(
        "DescriptorsRunOut", "page", "gateway-1: soon nobody can connect.",
        ill={f"process_open_fds{{{ONE}}}": "900x40", f"process_max_fds{{{ONE}}}": "1024x40"},
        well={f"process_open_fds{{{ONE}}}": "800x40", f"process_max_fds{{{ONE}}}": "1024x40"},
    ),
    Case(
        "LogLinesLost", "ticket", "gateway-1 loses log lines: the log's disk is slow or full.",
        ill={f"sandbar_log_dropped_total{{{ONE}}}": "0 0 7x40"}, well={f"sandbar_log_dropped_total{{{ONE}}}": "7x40"},
        told_by="1m", not_yet=None,
    ),
    Case(
        "AlertsNotDelivered", "ticket", "gateway-1: alerts do not arrive over webhook.",
        ill={f'sandbar_alert_deliveries_total{{{ONE},channel="webhook",outcome="failed"}}': "_ _ 1x40"},
        well={f'sandbar_alert_deliveries_total{{{ONE},channel="webhook",outcome="delivered"}}': "_ 0+4x40"},
        told_by="1m", not_yet=None, labels={"channel": "webhook"},
    ),
]  # fmt: skip


def evaluate(folder: Path, series: dict[str, str], checks: list[dict[str, Any]]) -> None:
    """Have promtool play the series and look at what is told; fails with what it found instead."""
    shutil.copy(RULES, folder / "alerts.yml")
    shown = [{"series": name, "values": values} for name, values in series.items()]
    test = {"interval": "15s", "input_series": shown, "alert_rule_test": checks}
    whole = {"rule_files": ["alerts.yml"], "evaluation_interval": "15s", "tests": [test]}
    (folder / "test.yml").write_text(json.dumps(whole))  # which is YAML too
    command = [find_program("promtool", package="prometheus"), "test", "rules", "test.yml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES, ids=[case.alert for case in CASES])
def test_an_alert_is_told_of_when_it_is_so_and_not_before(case: Case, tmp_path: Path) -> None:
    labels = {"gateway": "gateway-1", "severity": case.severity, **case.labels}
    told = [{"exp_labels": labels, "exp_annotations": {"summary": case.says}}]
    checks = [{"eval_time": case.told_by, "alertname": case.alert, "exp_alerts": told}]
    if case.not_yet is not None:
        checks.append({"eval_time": case.not_yet, "alertname": case.alert, "exp_alerts": []})
    evaluate(tmp_path, case.ill, checks)


@pytest.mark.parametrize("case", CASES, ids=[case.alert for case in CASES])
def test_an_alert_is_silent_while_it_is_not_so(case: Case, tmp_path: Path) -> None:
    checks = [{"eval_time": at, "alertname": case.alert, "exp_alerts": []} for at in case.silent_at]
    evaluate(tmp_path, case.well, checks)


def test_every_alert_is_tried() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    assert {rule["alert"] for group in groups for rule in group["rules"]} == {case.alert for case in CASES}
