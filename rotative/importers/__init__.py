"""What comes in: captures of old pages, and the demo newspaper."""
