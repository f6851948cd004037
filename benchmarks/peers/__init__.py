"""The peers: each a tiny application of its own, run in the peers' environment."""
