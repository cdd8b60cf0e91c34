"""What comes in: WordPress exports, HTML pages, captures, feeds and wires, as jobs with an account book."""
