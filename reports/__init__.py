"""Reports: what we tell people about accounts, backtests, factors and data, as files to keep and to send."""
