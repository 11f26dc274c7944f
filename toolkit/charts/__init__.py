"""Table in, Axes in, Axes out."""
