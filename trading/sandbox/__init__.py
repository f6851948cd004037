"""The in-memory exchange: pure Python, no Django, no clock, no network, no float."""
