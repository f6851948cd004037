"""A picture as SVG for a page of its own: colours are those of the page, by the class of each mark."""

from html import escape

from reports.exporters.pictures import SIZE, Area, Box, Line, Mark, Picture, Points


def svg_of(picture: Picture, look: str = "") -> str:
    """The element; `look` is its class."""
    marks = "".join(map(_mark, picture.marks))
    named = f' class="{look}"' if look else ""
    return (
        f'<svg{named} viewBox="0 0 {picture.width:g} {picture.height:g}" role="img" aria-label="{escape(picture.title)}" '
        f'font-size="{SIZE:g}">{marks}</svg>'
    )


def _mark(mark: Mark) -> str:
    if isinstance(mark, Line):
        dash = f' stroke-dasharray="{" ".join(f"{each:g}" for each in mark.dash)}"' if mark.dash else ""
        return f'<polyline class="l {mark.tone}" stroke-width="{mark.width:g}"{dash} points="{_points(mark.points)}"/>'
    if isinstance(mark, Area):
        return f'<polygon class="a {mark.tone}" points="{_points(mark.points)}"/>'
    if isinstance(mark, Box):
        place = f'x="{mark.x:.1f}" y="{mark.y:.1f}" width="{mark.width:.1f}" height="{mark.height:.1f}"'
        return f'<rect class="f {mark.tone}" {place}/>'
    anchor = f'x="{mark.x:.1f}" y="{mark.y:.1f}" text-anchor="{mark.anchor}"'
    return f'<text class="f {mark.tone}" {anchor}>{escape(mark.text)}</text>'


def _points(points: Points) -> str:
    return " ".join([f"{x:.1f},{y:.1f}" for x, y in points])
