"""What the commands of imports run in the foreground and print."""
