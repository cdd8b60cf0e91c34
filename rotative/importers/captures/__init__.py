"""Plain-text captures: pages of which only the text is left.

`reading` turns text into a Capture and knows no database; `filing` writes a Capture as an article; `reporting` says
what was done.
"""
