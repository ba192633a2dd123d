"""Three classifiers from before neural networks, in plain NumPy.

Each one has the same three methods, named as in scikit-learn: ``fit(X, y)`` learns and returns the
model, ``predict_proba(X)`` gives one probability per class, ``predict(X)`` the most probable class.
``X`` holds one flattened image per row, ``(N, D)``; ``y`` one label per row, ``(N,)``. What was
learned is kept in attributes whose names end with an underscore.
"""

from course_lib.classical.bayes import GaussianNaiveBayes
from course_lib.classical.checks import NotFittedError
from course_lib.classical.linear import SoftmaxRegression
from course_lib.classical.neighbors import KNearestNeighbors

__all__ = ["GaussianNaiveBayes", "KNearestNeighbors", "NotFittedError", "SoftmaxRegression"]
