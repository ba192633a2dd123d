"""The library of the textbook *From Bayes to LeNet-5*: digit classifiers in plain NumPy.

`data` brings the digits; `classical` and `nn` are the mathematics, one model or layer a module, and
`metrics` says how good an answer is. `training` teaches a network, `zoo` says what each system of
the book is, `runs` does what happens to them and keeps the records, and `plots` draws it. `grading`
works inside a student's notebook, `desk` on the student's disk; `cli` is the command `course`.
"""

__version__ = "0.1.0"
