"""Schedules: reports of accounts that are made again and again, by a part that runs with the server."""
