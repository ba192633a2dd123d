"""The modules of this folder find each other, also where pytest reads them for doctests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
