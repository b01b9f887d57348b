"""Follow-up 跟进: letters with proof of sending, and the archive of the case."""

from activities.follow_up.archive import ARCHIVE
from activities.follow_up.contact_notice import CONTACT_NOTICE
from activities.follow_up.letter import LETTER
from activities.step import Steps

STEPS: Steps = {
    "follow_up.letter": LETTER,
    "follow_up.contact_notice": CONTACT_NOTICE,
    "follow_up.archive": ARCHIVE,
}
