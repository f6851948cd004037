"""Small tools every part stands on: errors, time, units, ids. No Django, nothing of ours."""
