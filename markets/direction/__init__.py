"""Directing the feed: seeking in it, and scenarios on top of whatever source plays."""
