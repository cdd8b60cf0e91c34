"""Feeds of agencies that are followed: asked when they are due, for what is new, which is filed as any import is.

`asking` asks one and writes down how it went, `deliveries` is what it brings as a source of a job, `chores` runs it.
"""
