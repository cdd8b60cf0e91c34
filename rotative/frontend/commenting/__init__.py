"""What readers do with comments, below a story: all that a stored page cannot answer itself.

Nobody who wrote in good faith loses a word: whatever keeps a comment from being taken, the answer has the text in it.
"""
