"""Small tools every part stands on: errors, time, units, ids, runtime parameters. No Django, nothing of ours."""
