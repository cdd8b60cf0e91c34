"""Rotative: a publishing system for online newspapers."""

__version__ = "0.1.0"
