"""What a spec and the kernels agree on, without anything that computes."""

NO_SHARE_LIMIT = 2**40
"""A MAX_SHARE_PPM that binds nobody."""
