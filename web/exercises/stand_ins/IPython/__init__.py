"""In place of the package `IPython`: showing things."""  # noqa: N999
