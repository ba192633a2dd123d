"""Shows figures and text in the page."""


def display(*things):
    """Show a figure as a picture and everything else as its text."""
    for thing in things:
        if not hasattr(thing, "savefig"):  # a figure is drawn with all others, after the cell
            print(thing)
