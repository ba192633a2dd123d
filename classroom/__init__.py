"""The instructor's side, which never reaches a student: release and grading."""
