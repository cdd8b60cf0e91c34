"""The newspaper: sections, articles, authors, topics, editions."""
