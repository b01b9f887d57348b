"""``baoquan database``: the schema, the roles and the settings of a deployment's database."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from infra.db.chain.roles import RoleRefused, Roles, establish, grant
from infra.db.connections.away import NO_CONNECTION, DatabaseAway
from infra.db.connections.durability import NotDurable
from infra.db.connections.engine import create_engine, is_sqlite_url
from infra.db.migrations import upgrade_to_head

T = TypeVar("T")

database_app = typer.Typer(
    no_args_is_help=True, help="Migrate a database, and set up who may what."
)

Url = Annotated[
    str,
    typer.Argument(
        envvar="BAOQUAN_DATABASE_URL",
        show_envvar=True,
        help="SQLAlchemy URL. Leave it to the environment when it holds a password.",
    ),
]
Migrator = Annotated[str, typer.Option(envvar="BAOQUAN_MIGRATOR_ROLE", help="Owns the tables.")]
App = Annotated[str, typer.Option(envvar="BAOQUAN_APP_ROLE", help="API and workers.")]
Auditor = Annotated[str, typer.Option(envvar="BAOQUAN_AUDITOR_ROLE", help="Reads the trail.")]


@database_app.command("migrate")
def migrate_database(
    url: Url,
    migrator: Migrator = "baoquan_migrator",
    app: App = "baoquan_app",
    auditor: Auditor = "baoquan_auditor",
) -> None:
    """Bring the schema to the newest version, and give the roles, if any, their rights on it."""
    _tried(upgrade_to_head, url)
    granted = False
    if not is_sqlite_url(url):
        roles = _tried(lambda: Roles(migrator=migrator, app=app, auditor=auditor))
        granted = _run(grant(url, roles))
    typer.echo("The schema is up to date" + (", the roles have their rights." if granted else "."))


@database_app.command("roles")
def establish_roles(
    url: Url,
    migrator: Migrator = "baoquan_migrator",
    app: App = "baoquan_app",
    auditor: Auditor = "baoquan_auditor",
) -> None:
    """Create the roles of migration, product and audit with the least rights (as administrator)."""
    if is_sqlite_url(url):
        _refuse("SQLite has no roles: whoever can write the file can change it.")
    roles = _tried(lambda: Roles(migrator=migrator, app=app, auditor=auditor))
    _run(establish(url, roles))
    typer.echo(
        f"Roles with their rights: {', '.join(roles.names())}. Set their passwords yourself."
    )


@database_app.command("check")
def check_database(url: Url) -> None:
    """Tell whether the database answers, and keeps what it confirmed."""
    _run(_look(url))
    typer.echo("The database answers, and is set up to keep what it confirmed.")


async def _look(url: str) -> None:
    engine = create_engine(url)
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


def _run(work: Coroutine[Any, Any, T]) -> T:
    answer: T = _tried(lambda: asyncio.run(work))
    return answer


def _tried(work: Any, *given: Any) -> Any:  # noqa: ANN401 - whatever it answers
    try:
        return work(*given)
    except (NotDurable, RoleRefused) as error:
        _refuse(str(error))
    except (DatabaseAway, *NO_CONNECTION) as error:
        _refuse(f"The database refused, or does not answer: {getattr(error, 'orig', error)}")


def _refuse(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)
