"""What the subject `markets` measures, one module a part: each has `run(plan)`, which returns its rows."""
