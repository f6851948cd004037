"""`manage.py config`."""
