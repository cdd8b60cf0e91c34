"""WordPress exports (WXR): a file of many gigabytes is read in pieces, and each piece in whatever state it is.

`splitting` finds the pieces in the bytes, `mending` makes XML of what is none, `parsing` reads a piece into a Record,
`items` makes a story of it; `blocks`, `shortcodes` and `importers.story.markup` know what stands in a body.
"""
