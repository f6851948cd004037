"""What every subject measures with."""
