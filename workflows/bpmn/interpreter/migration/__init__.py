"""Migration of a run to another model of its process: (old, new, state, plan) -> (state, commands).

Begin with the theory of operation in ``migrating``.
"""

from workflows.bpmn.interpreter.migration.migrating import Migrated as Migrated
from workflows.bpmn.interpreter.migration.migrating import (
    MigrationRefused as MigrationRefused,
)
from workflows.bpmn.interpreter.migration.migrating import foresee_migration as foresee_migration
from workflows.bpmn.interpreter.migration.migrating import migrate as migrate
from workflows.bpmn.interpreter.migration.plan import Plan as Plan
from workflows.bpmn.interpreter.migration.plan import faults_of as faults_of
from workflows.bpmn.interpreter.migration.proposal import Proposal as Proposal
from workflows.bpmn.interpreter.migration.proposal import propose as propose
