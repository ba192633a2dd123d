"""Figures, tables, and equations are counted within their chapter: Fig. 4.2 is the second one of chapter 4.

Sphinx can do so only for chapters that it numbers itself, and would then number every section as well. Here the number is that
of the file. Appendices have letters; on all other pages the count has nothing before it.
"""

import re


def prefix(page, pages):
    """What stands before the count on a page: the number of a chapter, or the letter of an appendix.

    >>> prefix("04-neighbors", ["index"]), prefix("appendix-b", ["appendix-a", "appendix-b"]), prefix("index", [])
    ((4,), ('B',), ())
    """
    if chapter := re.match(r"(\d\d)-", page):
        return (int(chapter[1]),)
    if page.startswith("appendix-"):
        return (chr(ord("A") + sorted(one for one in pages if one.startswith("appendix-")).index(page)),)
    return ()


def counted_by_page(numbers, pages):
    """``numbers[page][kind][name]``, each a tuple, counted anew on each page, in the order that they had."""
    return {
        page: {kind: {name: (*prefix(page, pages), place)
                      for place, name in enumerate(sorted(found, key=found.get), start=1)}
               for kind, found in kinds.items()}
        for page, kinds in numbers.items()
    }  # fmt: skip


def restore(app, env):
    """Sphinx compares its numbers with those of the last build; it must find its own, or all pages are written again."""
    env.toc_fignumbers = getattr(env, "plain_numbers", env.toc_fignumbers)
    return []


def renumber(app, env):
    env.plain_numbers = env.toc_fignumbers
    env.toc_fignumbers = counted_by_page(env.plain_numbers, env.found_docs)
    return []


def setup(app):
    app.connect("env-get-updated", restore, priority=100)
    app.connect("env-get-updated", renumber, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
