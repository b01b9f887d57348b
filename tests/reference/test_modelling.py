"""What the sweep compiles is what the reader reads of the same drawing."""

import re

import pytest

from tests.reference.drawing import drawn
from tests.reference.modelling import modelled
from tests.reference.sweeping import MEDIUM, sample
from workflows.bpmn.reader import read_definitions

PLACE = re.compile(r"Place\(file='model.bpmn', line=\d+, column=\d+\)")
MODELS = 60


@pytest.mark.slow
def test_a_model_is_modelled_as_it_would_be_read():
    for seed in range(MODELS):
        model = sample(seed, MEDIUM).model

        read = read_definitions(drawn(model), file="model.bpmn").definitions

        for side in ("processes", "roots"):
            expected = PLACE.sub("", repr(getattr(read, side)))
            assert PLACE.sub("", repr(getattr(modelled(model), side))) == expected, seed
