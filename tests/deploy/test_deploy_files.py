"""The files of deploy/ are what their programs read, and name what there is in Sandbar."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.asgi_client import AsgiClient
from tests.deploy.nginx import Nginx, find_nginx
from tests.required_services import find_program
from tests.server import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PROMETHEUS = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "sandbar.json").read_text())
ONCE = {"migrate-1", "migrate-2"}
GATEWAYS = ["gateway-1", "gateway-2"]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


# compose.yml ---------------------------------------------------------------------------------------------------------


def test_every_part_of_an_installation_is_there() -> None:
    wanted = {"nginx", "postgres", "redis", "scheduler", "worker", "prometheus", "grafana", *GATEWAYS, *ONCE}
    assert set(SERVICES) == wanted


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_to_a_release(name: str) -> None:
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.match(r"v?\d+\.\d+(\.\d+)?", tag), tag


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_runs_has_a_health_check_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


def test_the_commands_of_our_image_exist() -> None:
    for service in SERVICES.values():
        if service["image"].startswith("sandbar:"):
            word = service.get("command", ["serve"])[0]
            known = word == "migrate" or (ROOT / "platform/gateway/management/commands" / f"{word}.py").exists()
            assert known, word


def test_volumes_networks_and_what_is_waited_for_are_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", volume).split(":")[0]
            assert source in COMPOSE["volumes"] or source.startswith("."), f"{name}: {volume}"
            if source.startswith("./") and "${" not in volume:
                assert (DEPLOY / source).exists(), f"{name}: {volume}"
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for other, terms in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert terms["condition"] == wanted, f"{name} waits for {other}"


def test_there_is_no_secret_in_it() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yml").read_text()))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))
    assert asked == offered
    empty = re.findall(r"^(\w*PASSWORD)=$", (DEPLOY / ".env.example").read_text(), re.MULTILINE)
    assert set(empty) == {name for name in offered if "PASSWORD" in name} != set()
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name:
                assert re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value), name
            assert not re.search(r"://[^:/@]+:[^$@]+@", value), name


@pytest.mark.parametrize("name", [*GATEWAYS, *sorted(ONCE), "scheduler", "worker"])
def test_variables_are_those_that_the_settings_read(name: str) -> None:
    known = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(SERVICES[name]["environment"]) <= known


def test_gateways_have_nothing_in_common_but_what_they_may_share() -> None:
    first, second = (SERVICES[name]["environment"] for name in GATEWAYS)
    assert {name for name in first if first[name] != second[name]} == {
        "GATEWAY_NAME", "STATE_DIR", "LOG_DIR", "DATABASE_URL",
    }  # fmt: skip
    assert [first["GATEWAY_NAME"], second["GATEWAY_NAME"]] == GATEWAYS
    databases = [
        each.rpartition("/")[2] for each in (first["DATABASE_URL"], second["DATABASE_URL"], first["JOURNAL_URL"])
    ]
    made = re.findall(r"CREATE DATABASE (\w+)", (DEPLOY / "postgres" / "make-databases.sql").read_text())
    assert databases == [SERVICES["postgres"]["environment"]["POSTGRES_DB"], *made]
    for number, name in enumerate(sorted(ONCE)):
        assert SERVICES[name]["environment"] == (first, second)[number]


def test_what_names_each_other_agrees() -> None:
    environment = SERVICES["gateway-1"]["environment"]
    hosts = environment["ALLOWED_HOSTS"].split(",")
    targets = [
        target for job in PROMETHEUS["scrape_configs"] for each in job["static_configs"] for target in each["targets"]
    ]
    assert targets == [f"{name}:8080" for name in GATEWAYS]
    assert set(targets) <= set(hosts), "Prometheus' Host would be refused"
    conf = (DEPLOY / "nginx" / "nginx.conf").read_text()
    upstreams = {
        name: re.findall(r"server ([\w-]+:\d+)", block)
        for name, block in re.findall(r"upstream ([\w-]+) {(.*?)}", conf, re.DOTALL)
    }
    assert upstreams == {"gateways": targets, **{name: [f"{name}:8080"] for name in GATEWAYS}}
    address = SERVICES["nginx"]["networks"]["inside"]["ipv4_address"]
    assert environment["TRUSTED_PROXIES"] == address
    assert COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"].rpartition(".")[0] == address.rpartition(".")[0]
    assert COMPOSE["networks"]["inside"]["internal"], "whoever reaches the scheduler may run programs"
    assert SERVICES["scheduler"]["networks"] == SERVICES["worker"]["networks"] == ["inside"]


def test_nginx_meets_the_gateways_on_the_network_where_they_know_it_by_its_address() -> None:
    """A name that two networks know leads over either of them, and over the other one nginx is a stranger."""
    for name in GATEWAYS:
        assert set(SERVICES["nginx"]["networks"]) & set(SERVICES[name]["networks"]) == {"inside"}


def test_who_is_known_by_its_address_keeps_it() -> None:
    """nginx looks the gateways up when it starts, and the gateways have its address in their environment."""
    terms = COMPOSE["networks"]["inside"]["ipam"]["config"][0]
    fixed = [ip_address(SERVICES[name]["networks"]["inside"]["ipv4_address"]) for name in ("nginx", *GATEWAYS)]
    given_to_others = ip_network(terms["ip_range"])
    assert len(set(fixed)) == len(fixed)
    for address in fixed:
        assert address in ip_network(terms["subnet"])
        assert address not in given_to_others, "who starts earlier would be given it"


def test_postgres_is_ready_when_others_reach_it() -> None:
    """While its files are made it answers on its socket alone."""
    test = SERVICES["postgres"]["healthcheck"]["test"]
    assert test[test.index("-h") + 1] == "127.0.0.1"


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_prints_does_not_fill_the_disk(name: str) -> None:
    options = SERVICES[name]["logging"]["options"]
    assert set(options) == {"max-size", "max-file"}


def test_only_nginx_is_reached_from_elsewhere() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert name == "nginx" or port.startswith("127.0.0.1:"), f"{name}: {port}"


def test_postgres_programs_of_the_image_fit_the_server() -> None:
    server = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    client = re.search(r"postgresql-client-(\d+)", (DEPLOY / "Dockerfile").read_text())
    assert server is not None
    assert client is not None
    assert int(client[1]) >= int(server[1]), "pg_dump refuses a server that is newer"


def test_what_is_secret_beside_it_gets_into_no_commit_and_no_image() -> None:
    for folder in ("tls", "metrics-keys"):
        assert f"deploy/{folder}/\n" in (ROOT / ".gitignore").read_text()
        assert f"deploy/{folder}\n" in (DEPLOY / "Dockerfile.dockerignore").read_text()


# nginx, systemd ------------------------------------------------------------------------------------------------------


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    checked = Nginx(find_nginx(), tmp_path, [20_001, 20_002]).check()
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


def test_no_location_loses_the_headers_for_the_gateway() -> None:
    conf = (DEPLOY / "nginx" / "nginx.conf").read_text()
    for location in re.findall(r"location [^{]+\{([^}]*)\}", conf):
        assert "proxy_set_header" not in location, "nginx then drops all that were set outside"


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Path]:
    """The units with their programs where this machine has some."""
    program = tmp_path / "opt" / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/true")
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in (DEPLOY / "systemd").iterdir():
        (folder / unit.name).write_text(unit.read_text().replace("/opt/sandbar", str(tmp_path / "opt")))
    yield folder


def test_systemd_takes_the_units(units: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze on this machine")
    names = sorted(str(unit) for unit in units.iterdir())
    assert len(names) == 3
    checked = subprocess.run([program, "verify", "--man=no", *names], capture_output=True, text=True, check=False)
    complaints = [line for line in checked.stderr.splitlines() if str(units) in line or "sandbar" in line]
    assert complaints == []
    assert checked.returncode == 0, checked.stderr


# Prometheus, Grafana -------------------------------------------------------------------------------------------------


def expressions() -> list[tuple[str, str]]:
    """Every expression with the name of who asks it."""
    panels = [(panel["title"], target["expr"]) for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*((rule["alert"], rule["expr"]) for rule in RULES), *panels]


@pytest.fixture
async def shown(client: AsgiClient) -> set[str]:
    """The names of the series that /metrics has, or will have once something happened."""
    text = (await client.get("/metrics")).body.decode()
    names = set()
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE):
        names |= {f"{name}{suffix}" for suffix in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return names


async def test_alerts_and_panels_ask_for_metrics_that_there_are(shown: set[str]) -> None:
    assert len(shown) > 50
    for asker, expression in expressions():
        asked = set(re.findall(r"\b((?:sandbar|process|python)_\w+|up)\b", re.sub(r'"[^"]*"', "", expression)))
        assert asked, asker
        assert asked - shown - {"up"} == set(), asker


def test_labels_are_those_that_the_page_of_metrics_names() -> None:
    page = (ROOT / "docs" / "observability.md").read_text()
    labels = {row[0]: row[1] for row in re.findall(r"^\| (`sandbar_[^|]*) \|([^|]*)\|", page, re.MULTILINE)}
    for asker, expression in expressions():
        for metric, selector in re.findall(r"(sandbar_\w+?)(?:_bucket)?\{([^}]*)\}", expression):
            named = next(value for key, value in labels.items() if f"`{metric}`" in key)
            for label in re.findall(r"(\w+)=", selector):
                assert label == "gateway" or label in named, f"{asker}: {metric} has no label {label}"


def test_promtool_takes_rules_and_configuration() -> None:
    program = find_program("promtool", package="prometheus")
    folder = DEPLOY / "prometheus"
    for arguments in (
        ["rules", str(folder / "alerts.yml")],
        ["config", "--syntax-only", str(folder / "prometheus.yml")],
    ):
        checked = subprocess.run([program, "check", *arguments], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_is_explained_to_who_gets_it() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert "{{ $labels.gateway }}" in rule["annotations"]["summary"]
        assert f"| `{rule['alert']}` |" in OPERATIONS, rule["alert"]


def test_every_alert_that_the_page_of_metrics_wants_is_a_rule() -> None:
    page = (ROOT / "docs" / "observability.md").read_text().partition("### What to alert on")[2].partition("\n## ")[0]
    wanted = set(re.findall(r"(sandbar_\w+|process_open_fds)", page))
    asked = " ".join(rule["expr"] for rule in RULES)
    assert [metric for metric in wanted if metric not in asked] == []


def test_panels_do_not_overlap_and_have_a_source() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["datasource"]["uid"] == "prometheus"
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    source = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    assert source["uid"] == "prometheus"
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/sandbar.yml").read_text())["providers"][0]
    assert any(
        volume.startswith("./grafana/dashboards:" + provider["options"]["path"])
        for volume in SERVICES["grafana"]["volumes"]
    )
