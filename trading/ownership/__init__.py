"""Which gateway of several an account belongs to, and standing in for one that is gone."""
