"""Patterns after West African textiles, one module per family of cloth."""
