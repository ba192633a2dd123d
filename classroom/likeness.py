"""Submissions whose code is the same but for names, comments and spaces.

Each answer becomes the sequence of its tokens, with every name that it makes up replaced by its
number. Two submissions are alike by how many runs of tokens they share (Jaccard's index), as in
MOSS (Schleimer, Wilkerson and Aiken 2003), which samples these runs where we keep them all.
"""

import io
import keyword
import tokenize
from itertools import combinations

RUN = 8  # tokens
LEAST = 60  # runs; shorter submissions are alike by nature
SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
           tokenize.ENCODING, tokenize.ENDMARKER}


def runs_of(code: dict[str, str]) -> set:
    """Return all runs of tokens of a submission.

    Parameters
    ----------
    code : dict from str to str
        Its answers, by task.

    Examples
    --------
    >>> one = runs_of({"task-1": "def f(a, b):\\n    return a + b + 2 * a"})
    >>> one == runs_of({"task-1": "def f(x, y):  # mine\\n  return x+y + 2*x"})
    True
    >>> one == runs_of({"task-1": "def f(x, y):\\n    return y + x + 2 * x"})
    False
    """
    found = set()
    for task, source in code.items():
        tokens, names = [], {}
        try:
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.type in SKIPPED:
                    continue
                text = token.string
                if token.type == tokenize.NAME and not keyword.iskeyword(text):
                    text = names.setdefault(text, f"name {len(names)}")
                tokens.append(text)
        except (tokenize.TokenError, SyntaxError):
            pass  # what comes before a mistake counts
        found |= {(task, *tokens[i:i + RUN]) for i in range(max(1, len(tokens) - RUN + 1))}
    return found


def near_identical(code: dict[str, dict[str, str]], least: float = 0.9) -> list[tuple]:
    """Find pairs of submissions that share nearly all of their code.

    Parameters
    ----------
    code : dict from str to dict
        The answers of every student.
    least : float
        The share of runs of tokens from which on a pair is named.

    Returns
    -------
    list of (str, str, float)
        Two students and how much they share, the most alike first.
    """
    runs = {student: runs_of(answers) for student, answers in code.items()}
    runs = {student: found for student, found in runs.items() if len(found) >= LEAST}
    pairs = []
    for one, other in combinations(sorted(runs), 2):
        few, many = sorted((len(runs[one]), len(runs[other])))
        if few < least * many:
            continue
        both = len(runs[one] & runs[other])
        share = both / (few + many - both)
        if share >= least:
            pairs.append((one, other, share))
    return sorted(pairs, key=lambda pair: -pair[2])
