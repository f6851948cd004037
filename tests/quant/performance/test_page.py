"""The page about the figures names each of them."""

from pathlib import Path

import msgspec
import pytest

from quant.performance import figures

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "metrics.md").read_text()


@pytest.mark.parametrize(
    "group",
    [
        figures.Returns,
        figures.Risk,
        figures.Drawdowns,
        figures.Benchmark,
        figures.TradeFigures,
        figures.Costs,
        figures.Side,
    ],
)
def test_the_page_names_every_figure(group):
    assert [name for name in msgspec.structs.fields(group) if f"`{name.name}`" not in PAGE] == []
