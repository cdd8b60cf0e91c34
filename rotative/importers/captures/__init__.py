"""Plain-text captures: pages of which only the text is left.

`reading` turns text into a Capture and knows no database; `folder` gives a job the stories of files.
"""
