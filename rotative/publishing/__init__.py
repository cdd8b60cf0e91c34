"""The publishing engine. It knows pages, paths and bytes, and nothing about newspapers."""
