"""What a case would find, asked before there is one: the model's own questions, nothing written."""

from activities.prospect.answering import prospect
from activities.prospect.found import Prospect, Question

__all__ = ["Prospect", "Question", "prospect"]
