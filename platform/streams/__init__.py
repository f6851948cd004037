"""The WebSocket manager: channels, the hub that fans updates out, the protocol and its consumer.

Apps register what they publish (`streams.channels`) and what a socket may ask for (`streams.operations`); they publish
through `streams.hub.HUB`.
"""
