"""A progress bar that shows nothing, in place of the package `tqdm`."""


class tqdm:
    """Goes through what it is given."""

    def __init__(self, iterable=(), **settings):
        self.iterable = iterable

    def __iter__(self):
        return iter(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def __getattr__(self, name):
        return lambda *args, **kwargs: None
