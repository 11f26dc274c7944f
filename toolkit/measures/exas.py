"""The exercise adherence score (EXAS): how much of the asked dose was done, weighted by how well."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.coding import Floats, Ints, share, total
from toolkit.rules import Rules, rules_of
from toolkit.schema import TEXT, Column, Table
from toolkit.tables import conform

WITH_QUALITY, WITHOUT_QUALITY = "EXAS", "EXAS without quality"


def exas(cells: pd.DataFrame, *, quality: pd.DataFrame | None = None, rules: Rules | None = None) -> pd.DataFrame:
    """Return the exercise adherence score of each patient.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    quality : a therapist's ratings, `patient_id, exercise, quality, rated_by`, one row an exercise of a patient in
        `cells`; `quality` is excellent, good, reasonable, moderate or poor. An exercise not rated counts in full
    rules : those `cells` was made with unless given

    Returns
    -------
    DataFrame, indexed by `patient_id`
        `exas_percent` (0-100; NaN where no exercise counts), `exercises` (number counted: those with a defined
        `relative_dose`) and `label`, to be printed beside the number: "EXAS", "EXAS without quality", or "EXAS, quality
        of 1 of 2 exercises". `.attrs["rated_by"]` names who rated, `.attrs["rules"]` holds the rules.

    Raises
    ------
    RulesError, TableError
        As `adherence` does; and if a rating has an unknown word, is not of an exercise of that patient, does not say
        who rated, or is one of two on the same exercise.

    Notes
    -----
    100 x mean over exercises of min(1, `relative_dose`) x q. Formula and factors: Arensman, thesis, Utrecht 2024,
    doi:10.33540/2478, chapter 2 (exas.toml). The cap at 100 for each exercise is our reading of it; that holds count in
    the dose is our own convention. There, 173 people with low back pain had a mean of 59.2 (SD 25.3).
    """
    rules = rules_of(cells, rules)
    dose = adherence(cells, by=["patient_id", "exercise"], rules=rules)["relative_dose"]
    factor = np.full(len(dose), np.nan)
    raters: list[str] = []
    if quality is not None:
        ratings = conform(quality, _ratings())
        factor[_places(ratings, dose.index)] = ratings["quality"].map(quality_factors()).to_numpy(float)
        raters = sorted(ratings["rated_by"].unique())
    code, names = pd.factorize(dose.index.get_level_values("patient_id"), sort=True)
    columns = _columns(np.asarray(code, dtype=np.int64), dose.to_numpy(float), factor, size=len(names))
    table = pd.DataFrame(columns, index=pd.Index(names, name="patient_id"))
    table.attrs = {"rules": rules.as_data(), "rated_by": raters}
    return table


@cache
def quality_factors() -> dict[str, float]:
    """Return what each word of a rating counts for, 0-1, best first."""
    data = tomllib.loads(files("toolkit.measures").joinpath("exas.toml").read_text(encoding="utf-8"))
    return dict(data["quality"])


def _ratings() -> Table:
    return Table(
        "quality",
        "one rating of one exercise of one patient",
        (
            Column("patient_id", TEXT, "pseudonym"),
            Column("exercise", TEXT, "id of a catalogue entry"),
            Column("quality", TEXT, "how well it was done", words=tuple(quality_factors())),
            Column("rated_by", TEXT, "who rated"),
        ),
    )


def _places(ratings: pd.DataFrame, exercises: pd.MultiIndex) -> Ints:
    """Return the place of each rating among the patients' exercises."""
    place = np.asarray(exercises.get_indexer(pd.MultiIndex.from_frame(ratings[["patient_id", "exercise"]])))
    problems = [
        Problem(
            f"exercise, row {row + 1}", f"must be one prescribed to that patient; found {ratings['exercise'].iloc[row]}"
        )
        for row in np.flatnonzero(place < 0)
    ]
    problems += [
        Problem(f"row {row + 1}", "rates an exercise that an earlier row rates; keep one rating for each")
        for row in np.flatnonzero(ratings.duplicated(["patient_id", "exercise"]))
    ]
    if problems:
        raise TableError("The table of quality cannot be used.", problems)
    return place


def _columns(patient: Ints, dose: Floats, factor: Floats, *, size: int) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of the score; a factor that is NaN was not rated."""
    counted = ~np.isnan(dose)
    patient, dose, factor = patient[counted], dose[counted], factor[counted]
    rated = ~np.isnan(factor)
    exercises, with_rating = total(patient, size), total(patient, size, rated)
    score = np.minimum(1, dose) * np.where(rated, factor, 1)
    return {
        "exas_percent": 100 * share(total(patient, size, score), exercises),
        "exercises": exercises.astype(np.int64),
        "label": _labels(with_rating.astype(np.int64), exercises.astype(np.int64)),
    }


def _labels(rated: Ints, exercises: Ints) -> npt.NDArray[Any]:
    some = [f"EXAS, quality of {n} of {m} exercises" for n, m in zip(rated, exercises, strict=True)]
    return np.select(
        [rated == 0, rated == exercises], [WITHOUT_QUALITY, WITH_QUALITY], np.array(some, dtype=object)
    ).astype(object)
