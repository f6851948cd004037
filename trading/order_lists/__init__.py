"""Order lists as resources: oco, oto and bracket."""
