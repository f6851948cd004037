"""Portfolio history: what an account was worth over time, with deposits told apart from profit."""
