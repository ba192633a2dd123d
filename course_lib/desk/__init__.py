"""The student's disk: assignments and notebooks, the kernel that runs one, progress, borrowed answers."""
