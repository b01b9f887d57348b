"""Opting out of surveys over HTTP: seen on the person, on record, taken back."""

from tests.api.door import Door

PATH = "/v1/subjects/PT-S3/survey-choice"


async def test_an_opt_out_is_seen_copied_on_record_and_taken_back(door: Door):
    out = await door.post(PATH, {"wanted": False, "channel": "PHONE"}, "back_office")
    seen = (await door.get("/v1/subjects/PT-S3", "back_office")).json()
    asked = {"purpose": "SUBJECT_REQUEST"}
    copied = (await door.get("/v1/subjects/PT-S3/export", "auditor", params=asked)).json()

    back = await door.post(PATH, {"wanted": True, "channel": "COUNTER"}, "supervisor")
    again = (await door.get("/v1/subjects/PT-S3", "back_office")).json()

    [choice] = copied["contents"]["surveyChoice"]
    told = door.hand.rows(
        "SELECT action FROM audit WHERE object_id = ? AND action LIKE 'survey.%'", "PT-S3"
    )
    assert (out.json()["wanted"], back.json()["wanted"]) == (False, True)
    assert (seen["surveysWanted"], again["surveysWanted"]) == (False, True)
    assert (choice["wanted"], choice["channel"]) == (False, "PHONE")
    assert [action for (action,) in told] == ["survey.opt-out", "survey.opt-in"]
