"""Runtime configuration: the tunables of all apps, changed while the gateway runs, as revisions that can be taken back.

An app of its own within operations, because it brings a table and a command.
"""
