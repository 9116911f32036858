"""Making up trip files that look like TLC's, for tests and for trials of speed."""
