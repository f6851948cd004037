"""Long work off the request path: submit a named function, watch its progress, cancel it; the job table is the truth."""
