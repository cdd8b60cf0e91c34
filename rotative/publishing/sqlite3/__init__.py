"""Django's SQLite, which never makes an empty database in the place of one that is lost."""
