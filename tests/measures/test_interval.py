"""The interval agrees with a peer where the definitions coincide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from toolkit.measures.interval import wilson

STEADY = settings(max_examples=200, derandomize=True, deadline=None)


@STEADY
@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_a_wilson_interval_is_the_one_of_the_peer(n, data, confidence):
    k = data.draw(st.integers(0, n))
    low, high = wilson(np.array([k / n]), np.array([float(n)]), confidence=confidence)
    assert (low[0], high[0]) == pytest.approx(
        proportion_confint(k, n, alpha=1 - confidence, method="wilson"), abs=1e-12
    )
