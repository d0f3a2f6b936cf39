"""Hostile input, found by guided fuzzing: what each target is, how its input is changed, and how it is run."""
