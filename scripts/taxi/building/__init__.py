"""What a build of the models does, and what it may leave as it is."""
