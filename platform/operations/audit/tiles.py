"""The audit at a glance, for the admin's home."""

import asyncio

from kit.clock import iso_ms_from_ns
from kit.errors import Unavailable
from operations.audit import services
from operations.live_admin.overview import Detail, Light, Tile, TileState, counted, register


def register_tile() -> None:
    """Make the tile known."""
    page = "admin:operations_auditentry_changelist"
    register(Tile("audit", "Audit", read_audit, "operations.view_auditentry", page, order=45))


async def read_audit() -> TileState:
    """How much was recorded, whether it is written, and what the last proof came to. The chains are read in a thread."""
    try:
        counts = await asyncio.to_thread(services.count_entries)
    except Unavailable as fault:
        return TileState("–", "bad", fault.message)
    health, proof = await services.check_health(), services.last_proof()
    light: Light = "good" if health.status == "ok" else "warn"
    word = "written" if health.status == "ok" else health.detail
    if proof is not None and proof.result.first_bad is not None:
        bad = proof.result.first_bad
        light, word = "bad", f"{bad.source} does not fit at entry {bad.seq}"
    details = [Detail(_label(name), counted(count)) for name, count in counts.by_source.items()]
    last = "none since the start" if proof is None else iso_ms_from_ns(proof.time_ns)
    return TileState(counted(counts.total), light, word, (*details, Detail("Last proof", last)))


def _label(source: str) -> str:
    """Which chain that is."""
    if source == services.OWN.name:
        return "In its own table"
    name, at, gateway = source.partition("@")
    return f"In the {name} of {gateway}" if at else f"In the {name}"
