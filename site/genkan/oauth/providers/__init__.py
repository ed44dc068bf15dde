"""One file for each provider: its data, its quirks, and the function that reads its answers."""
