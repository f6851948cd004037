"""Exporters: a report as a file of one format. Django-free; a library of a format is loaded when a report of it is made."""
