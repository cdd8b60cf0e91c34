"""Readers' comments: what they say, who decides on it, and what keeps it clean."""
