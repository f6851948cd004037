"""What an account did in a time, whole and in plain numbers: for whoever compares it with something else."""
