"""What every source is read into, and the cleaning of what it says: HTML, characters, addresses. No database."""
