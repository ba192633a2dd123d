"""The library of the textbook *From Bayes to LeNet-5*: digit classifiers in plain NumPy."""

__version__ = "0.1.0"
