"""Where prices come from: one module a kind of source, all speaking the protocol of `base`."""
