"""The rows of the subject `markets`, a file for each part of it."""
