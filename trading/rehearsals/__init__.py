"""Rehearsals: feeds and exchanges of their own beside the main ones, in memory alone."""
