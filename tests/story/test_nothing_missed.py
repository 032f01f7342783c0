"""Twenty thousand deliveries with everything that goes wrong on the way, held against the tenant's own truth.

`mailkeep bench --live flood` plays the same with a million. Takes about two minutes on two idle cores.
"""

import time

from mailkeep.cli.bench_live import MAILS, OWED, held, storm
from mailkeep.cli.site import begin, site, until

DELIVERIES = 20_000
TROUBLES = "SELECT count(*) FROM trouble"
PER_S = 250.0
OUTAGE_S = 4.0
QUIET_S = 300.0
DELAYED_S = 25.0
"""Notices are late by twenty seconds at most; what nobody told of until then the proof must find."""

MOST_ALARMED_S = 60.0
"""Alarms are over so long after their cause."""


async def test_no_mail_is_missed_and_none_is_touched_twice(tmp_path):
    async with site(tmp_path, "--company", "--people", "50", "--days", "3") as place:
        await begin(place)
        whole = place.number(MAILS) + DELIVERIES
        begun = time.monotonic()
        await storm(place, DELIVERIES, PER_S, OUTAGE_S)
        fallen = time.monotonic()
        assert await until(place, lambda: place.number(OWED) == 0, most_s=QUIET_S), "work is left over"
        left = fallen + DELAYED_S - time.monotonic()
        await until(place, lambda: place.number(MAILS) >= whole, most_s=left)
        assert await until(place, lambda: place.number(OWED) == 0, most_s=QUIET_S), "work is left over"
        seconds = time.monotonic() - begun
        await until(place, lambda: place.number(TROUBLES) == 0, most_s=MOST_ALARMED_S)
        place.stop()
        proved = place.run("doctor", "--prove")
        told = await held(place, DELIVERIES, seconds)
    print(told)  # noqa: T201 - how fast it went is seen with -s
    assert proved.returncode == 0, proved.stdout.decode()
    assert (told.unscanned, told.strangers, told.moved_twice, told.receipts_missing) == (0, 0, 0, 0)
    assert told.moved > 0
    assert told.notices["repeated"] > 0
    assert told.troubles == ()
