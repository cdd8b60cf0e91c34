"""Feeds as a source: RSS, Atom, JSON Feed."""
