"""What goes out: the whole paper, a file for WordPress, and mirrors that anyone can check."""
