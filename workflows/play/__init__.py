"""Plays models in memory: scenarios with scripted answers and a virtual clock (play.md).

The same interpreter that runs in production, with a world around it that answers at once.
"""

from workflows.play.playing import play as play
from workflows.play.playing import run as run
from workflows.play.result import Result as Result
from workflows.play.result import told as told
from workflows.play.result import write_result as write_result
from workflows.play.story import story as story
from workflows.play.world import World as World
