"""Import jobs: read a source in batches with checkpoints, deduplicate, write, finish, undo.

Jobs hold a lease, can be retried anywhere and are idempotent. No kind of source is known here (`sources.register`).
"""
