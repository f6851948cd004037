"""The stream channels of this app: `jobs` (an account's), `jobs:ID` (one job's), `system` and `logs`."""

from typing import Any, Literal

import msgspec

from jobs import services as jobs
from kit.clock import NS_PER_SECOND
from kit.errors import NotFound
from operations import metrics
from operations.config.in_force import Change
from operations.log_tail import CHANNEL, TAIL
from operations.serializers import JobSerializer
from operations.watch import WATCH, SystemState
from streams import channels
from streams.channels import ChannelKind
from streams.hub import HUB

MAX_LISTED_JOBS = 100


class ConfigEvent(msgspec.Struct, frozen=True):
    """A setting has changed: what holds now, where that comes from, and by which revision."""

    key: str
    old_value: Any
    value: Any
    source: str
    revision: int
    event: Literal["config"] = "config"


def register_channels() -> None:
    """Make the channels known."""
    # A list of jobs that overflows is sent anew, and the system's state with it; of one job only the newest state counts.
    # The system's channel tells of changed settings too, which must not take the place of a state that is not sent yet.
    channels.register(ChannelKind("jobs", "jobs", "resync", snapshot=_jobs_of_account, private=True))
    channels.register(ChannelKind("job", "jobs:{id}", "latest", snapshot=_job, authorize=_require_own_job))
    channels.register(ChannelKind("system", "system", "resync", snapshot=_system))
    channels.register(
        ChannelKind(CHANNEL, CHANNEL, "resync", snapshot=lambda params, account: TAIL.snapshot(), scope="admin")
    )


def publish_job(job: jobs.JobView) -> None:
    """Send a job as it stands now to who follows it, and count it when it has ended."""
    name = f"jobs:{job.id}"
    follows_one, follows_all = HUB.has_subscribers(name), HUB.has_subscribers("jobs", job.account)
    if follows_one:
        HUB.publish(name, msgspec.Raw(JobSerializer.encode(job)))
    if follows_all:
        HUB.publish_private("jobs", job.account, msgspec.Raw(JobSerializer.encode(job.in_list())))
    if job.is_finished:
        _count_ended_job(job)


def _count_ended_job(job: jobs.JobView) -> None:
    metrics.JOBS.add((job.kind, job.status))
    if job.started_at is not None:
        metrics.JOB_WAIT.observe((job.kind,), max(0, job.started_at - job.created_at) / NS_PER_SECOND)
        if job.finished_at is not None:
            metrics.JOB_RUN.observe((job.kind, job.status), max(0, job.finished_at - job.started_at) / NS_PER_SECOND)


def publish_system(state: SystemState) -> None:
    """Send the system's state to who follows it."""
    HUB.publish("system", state)


def publish_config(change: Change) -> None:
    """Tell who follows the system that a setting has changed; who changed it and why is in its history."""
    if HUB.has_subscribers("system"):
        revision = change.revision
        event = ConfigEvent(revision.key, revision.old_value, change.value, change.source, revision.revision)
        HUB.publish("system", event)


def _jobs_of_account(params: dict[str, str], account: str) -> msgspec.Raw:
    """The account's unfinished jobs and the last ended ones, newest first."""
    own = [job.in_list() for job in jobs.recent() if job.account == account]
    return msgspec.Raw(JobSerializer.encode_many(own[:MAX_LISTED_JOBS]))


def _require_own_job(params: dict[str, str], account: str) -> None:
    """Raise NotFound for a job of another account, as if there were none."""
    if _known_job(params["id"]).account != account:
        raise _unknown_job(params["id"])


def _job(params: dict[str, str], account: str) -> msgspec.Raw:
    """One job as it stands."""
    return msgspec.Raw(JobSerializer.encode(_known_job(params["id"])))


def _known_job(job_id: str) -> jobs.JobView:
    """A job that is under way or has ended lately; older ones change no more, so there is nothing to follow."""
    for job in jobs.recent():
        if job.id == job_id:
            return job
    raise _unknown_job(job_id)


def _unknown_job(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id!r} under way; GET jobs/{job_id}/ shows older ones.")


def _system(params: dict[str, str], account: str) -> SystemState:
    """The state as it was last seen."""
    return WATCH.state
