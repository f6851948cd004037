"""Which kinds of long work there are; each app registers its own in `AppConfig.ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.errors import NotFound

DEFAULT_TIMEOUT_S = 600.0
Spec = Mapping[str, Any]


def _nobody_knows(_: Spec) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of work, such as `dataset.import`.

    `function` is `package.module:function` in a Django-free module; it is called in a worker as
    `function(spec, progress) -> result`, both dicts of what JSON can say. `on_success(spec, result) -> result` runs
    in a thread of the gateway, with the database at hand, before the job shows as succeeded; what it returns is the
    job's result, and what it raises fails the job. A job that runs longer than `timeout_s` is ended, and so is one whose
    own memory grows beyond `memory_bytes` (None: what the back end allows every job).

    `subject(spec)` is what a job is about, in a few words for people: a name somebody gave it, else symbols or a file.

    A kind that `is_resumable` keeps what it has done in `progress.checkpoints` and begins from there. Its jobs are
    queued again by themselves when the gateway stopped under them; so its function may run more than once for one job.
    """

    name: str
    function: str
    on_success: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S
    memory_bytes: int | None = None
    is_resumable: bool = False
    subject: Callable[[Spec], str] = _nobody_knows

    def __post_init__(self) -> None:
        module, _, function = self.function.partition(":")
        assert module and function, f"{self.name}: a function is written package.module:function, not {self.function!r}"
        assert self.timeout_s > 0, f"{self.name}: a job needs time to run"
        assert self.memory_bytes is None or self.memory_bytes > 0, f"{self.name}: a job needs memory to run"


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind known; a name registered again replaces the earlier kind."""
    _kinds[kind.name] = kind


def get(name: str) -> JobKind:
    """The kind of that name; raises NotFound."""
    if name not in _kinds:
        raise NotFound(f"There is no kind of job called {name!r}.")
    return _kinds[name]


def find(name: str) -> JobKind | None:
    """The kind of that name; None for one that an older version knew."""
    return _kinds.get(name)


def is_function_of_a_kind(function: str) -> bool:
    """Whether `package.module:function` belongs to a registered kind: nothing else is run on behalf of others."""
    return any(kind.function == function for kind in _kinds.values())
