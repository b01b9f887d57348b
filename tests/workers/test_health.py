import json

from workers.health import Health


def test_the_health_file_tells_the_latest_state(tmp_path) -> None:
    health = Health(tmp_path / "run" / "workers.json")

    health.tell("starting")
    health.tell("ready", build="1")

    told = json.loads((tmp_path / "run" / "workers.json").read_text())
    assert (told["state"], told["build"]) == ("ready", "1")
