"""Every chart of a test is drawn in our own style, and none is left open."""

import matplotlib
import pytest
from matplotlib import pyplot as plt

from toolkit.charts.style import chart_style

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def own_style():
    with matplotlib.rc_context(chart_style()):
        yield
    plt.close("all")
