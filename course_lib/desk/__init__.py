"""The student's disk: assignments, notebooks and what runs them, progress, borrowed answers."""
