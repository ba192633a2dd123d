"""Drawings that one chapter needs, a module for each: ``from figures import bayes``.

They return a closed figure, as the functions of `course_lib.plots` do, and are built from the same
parts (`course_lib.plots.style`). What readers may want for digits of their own belongs there.
"""
