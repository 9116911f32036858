"""Failures that a user can act on."""


class TaxiError(Exception):
    """An expected failure.

    Its text is one line for the user: it names the file, the column or the option, and
    says what to do. Scripts print it to stderr and exit with 1.
    """
