"""The counters of readability count as a person does, and tell easy words from hard ones."""

import pytest
from readability import flesch_kincaid_grade, inflesz, spanish_syllables, syllables

COUNTED = {"leg": 1, "pain": 1, "times": 1, "moves": 1, "numbness": 2, "stretches": 2, "nearest": 2, "genitals": 3,
           "exercise": 3, "emergency": 4}  # fmt: skip
CONTADAS = {"muy": 1, "qué": 1, "día": 2, "cuesta": 2, "rodilla": 3, "siguiente": 3, "emergencia": 4, "izquierda": 3,
            "estiramiento": 5, "adormecimiento": 6}  # fmt: skip
HARD = "Discontinue participation immediately upon experiencing progressive neurological deterioration."
DURO = "Interrumpa inmediatamente la participación al experimentar cualquier deterioro neurológico progresivo."


@pytest.mark.parametrize(("word", "count"), COUNTED.items())
def test_english_syllables(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(("word", "count"), CONTADAS.items())
def test_spanish_syllables(word, count):
    assert spanish_syllables(word) == count


def test_hard_words_are_told_from_easy_ones():
    assert flesch_kincaid_grade("Lie on your back. Bend one knee. Hold.") < 2
    assert flesch_kincaid_grade(HARD) > 15
    assert inflesz("Doble una rodilla. Deje el otro pie en el piso.") > 65
    assert inflesz(DURO) < 20
