"""Analysis tasks: what the bars of some symbols say about risk, season, company and regime, each asked for as a job."""
