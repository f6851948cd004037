"""The append-only log of everything that changed the exchange: entries, stores, the writer and recovery.

An answer leaves only after its entry is durable, and the exchange's state is the fold of the journal.
"""
