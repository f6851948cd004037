"""Builders: plain data in, a `document.Report` out. Pure: no Django, no files, no clock.

`document` is what every report is made of, `sources` what builders are given; each further module builds one kind.
"""
