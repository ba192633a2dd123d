"""Speed of the library, as ratios against named peers, measured side by side in one run."""
