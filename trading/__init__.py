"""What we do about prices: the sandbox exchange, its journal, and the resources people trade through."""
