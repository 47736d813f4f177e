"""Cables come in here: files are read, parsed, cut into chunks, embedded and kept in three stores."""
