"""The look of a page: two sets of colours, by what the reader prefers, and the light one on paper."""

from typing import Final

_LIGHT: Final = """--paper:#fff;--ink:#1b1f27;--muted:#667085;--grid:#e4e7ec;--zero:#98a2b3;--card:#f7f8fa;--gain:#18794e;--loss:#c4320a;
--gain-wash:#18794e;--loss-wash:#c4320a;--first:#2b5fd9;--second:#c2740a;--third:#7a3ff2;--fourth:#0e8a8a;--fifth:#b83280;--warn:#fff4e5;--warn-ink:#8a4b00"""
_DARK: Final = """--paper:#12151b;--ink:#e6e9ef;--muted:#98a2b3;--grid:#272d38;--zero:#5d6678;--card:#191e27;--gain:#3ecf8e;--loss:#ff7a59;
--gain-wash:#2fa36f;--loss-wash:#d9542f;--first:#6f9bff;--second:#f0a13c;--third:#ab8bff;--fourth:#3fc6c6;--fifth:#f072b6;--warn:#3a2a12;--warn-ink:#ffcf8a"""

STYLE: Final = (
    f"""
:root{{{_LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
@media print{{:root{{{_LIGHT}}}@page{{size:A4;margin:14mm}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
-webkit-print-color-adjust:exact;print-color-adjust:exact}}
main{{max-width:1040px;margin:0 auto;padding:28px 24px 40px}}
h1{{font-size:26px;line-height:1.2;margin:2px 0 4px;overflow-wrap:anywhere}}
h2{{font-size:17px;margin:34px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--grid)}}
h3{{font-size:13px;margin:20px 0 6px;font-weight:600}}
header p{{margin:2px 0;overflow-wrap:anywhere}}
.kind{{color:var(--muted);text-transform:uppercase;letter-spacing:.08em;font-size:11px}}
.made,.note,small{{color:var(--muted);font-size:12px}}
.warning{{background:var(--warn);color:var(--warn-ink);padding:8px 12px;border-radius:6px;margin-top:10px!important}}
dl{{margin:0}}dd{{margin:0;font-variant-numeric:tabular-nums}}
small{{display:block;font-weight:400}}
.headline{{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px}}
.headline div{{background:var(--card);border:1px solid var(--grid);border-radius:8px;padding:12px 14px}}
.headline dt{{color:var(--muted);font-size:12px}}.headline dd{{font-size:21px;font-weight:600;margin-top:2px}}
.figures{{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));column-gap:28px}}
.figures div{{display:flex;justify-content:space-between;gap:12px;padding:4px 0;border-bottom:1px solid var(--grid)}}
.figures dt{{color:var(--muted)}}.figures dd{{font-weight:600;white-space:nowrap}}
figure{{margin:16px 0 0}}figcaption{{font-size:13px;font-weight:600;margin-bottom:4px}}
svg{{display:block;width:100%;height:auto;font-family:inherit}}
.l{{fill:none;stroke-linejoin:round}}.a{{stroke:none;fill-opacity:.22}}
.wide{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%;font-size:12px;font-variant-numeric:tabular-nums}}
th,td{{text-align:left;padding:4px 8px;border-bottom:1px solid var(--grid);white-space:nowrap}}
th{{color:var(--muted);font-weight:600}}.n{{text-align:right}}
td.gain{{color:var(--gain)}}td.loss{{color:var(--loss)}}
footer{{margin-top:36px;color:var(--muted);font-size:12px}}footer h2{{color:var(--ink)}}
footer ul{{margin:0 0 10px;padding-left:18px}}.origin div{{display:flex;gap:10px;padding:2px 0}}
.origin dt{{min-width:170px}}.origin dd{{overflow-wrap:anywhere;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:11px}}
@media print{{main{{max-width:none;padding:0}}section{{break-inside:auto}}h2,h3{{break-after:avoid}}figure,tr,.headline div{{break-inside:avoid}}
thead{{display:table-header-group}}.wide{{overflow:visible}}table{{font-size:9.5px}}th,td{{padding:2px 5px}}body{{font-size:11px}}}}
"""
    + "".join(
        f".l.{tone}{{stroke:var(--{tone})}}.a.{tone},.f.{tone}{{fill:var(--{tone})}}"
        for tone in ("muted", "grid", "zero", "first", "second", "third", "fourth", "fifth", "gain", "loss")
    )
    + "".join(
        f"td.{sign}.s{step}{{background:color-mix(in srgb,var(--{sign}-wash) {percent}%,transparent);color:var(--ink)}}"
        for sign in ("gain", "loss")
        for step, percent in ((1, 10), (2, 22), (3, 36), (4, 52))
    )
)
