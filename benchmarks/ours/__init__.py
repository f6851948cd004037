"""The workloads of Sandbar itself; each runs in a process of its own."""
