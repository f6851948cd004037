"""Live prices of any exchange that ccxt knows: read, judged, and never traded on over there."""
