"""Keeping a lake sound: checksums, the check of a lake, expiry, and sweeping up."""
