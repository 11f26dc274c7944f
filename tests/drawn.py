"""What is written on a chart, where it stands, and what is cut or covered."""

from matplotlib.text import Text


def texts(ax):
    return [text.get_text() for text in ax.figure.findobj(Text) if text.get_text()]


def faults(ax):
    """Return the words of a figure that its edge cuts, and the pairs that cover one another."""
    figure = ax.figure
    figure.canvas.draw()
    shown = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    width, height = figure.canvas.get_width_height()
    cut = [words for words, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]
    pairs = [
        (one, other) for place, (one, box) in enumerate(boxes) for other, under in boxes[:place] if _cover(box, under)
    ]
    return cut, pairs


def _cover(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 1 and high > 1
