"""What every request passes, outermost first as settings.MIDDLEWARE lists it: one file a concern, one shape.

A middleware here is a native-async function that takes the next one and returns an async function from request to
answer. It answers itself or passes on; it never raises for a client's mistake.
"""
