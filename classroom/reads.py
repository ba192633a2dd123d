"""What a cell reads, and by way of that which of a student's cells it uses."""

import re
import symtable


def names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell defines for others, and those that it reads from outside.

    Of a cell that cannot be parsed, both are all its words.

    Examples
    --------
    >>> names("def f(x):\\n    y = g(x)\\n    return y") == ({"f"}, {"g"})
    True
    """
    try:
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        words = set(re.findall(r"\w+", source))
        return words, words
    defined, read, tables = set(), set(), [table]
    for part in tables:
        tables += part.get_children()
        for symbol in part.get_symbols():
            if part is table or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                    defined.add(symbol.get_name())
                if symbol.is_referenced():
                    read.add(symbol.get_name())
    return defined, read


def uses(begin, cells, ends=()) -> set[str]:
    """Return which of a student's cells these cells use, at once or by way of one another.

    Parameters
    ----------
    begin : list of Cell
        Where to begin; those of them that are the student's count as used.
    cells : iterable of Cell
        All cells.
    ends : collection of str
        Names of cells beyond which nothing is followed: what they hold is another's.

    Returns
    -------
    set of str
        Their names.
    """
    known = {cell.name: names(cell.source) for cell in cells}
    givers = {}
    for cell in cells:
        if cell.kind == "student":
            for name in known[cell.name][0] | names(cell.stub)[0]:
                givers.setdefault(name, []).append(cell)
    found, waiting = set(), list(begin)
    for cell in waiting:
        if cell.kind == "student" and cell.name in found:
            continue
        if cell.kind == "student":
            found.add(cell.name)
        if cell.name not in ends:
            read = known[cell.name][1] if cell.name in known else names(cell.source)[1]
            waiting += [giver for name in sorted(read) for giver in givers.get(name, ())]
    return found
