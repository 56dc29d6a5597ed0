"""Suspicious addresses: S3L-040, 041, 043 and 044."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from auditor.activity.addresses import Address, networks
from auditor.activity.detection_inputs import Inputs, Location
from auditor.model import Severity
from tests.activity.detections.seen import past, reason, seen
from tests.activity.rows import ALICE, BATCH, INTERN, Rows, at, every, role, row

PARIS = "198.51.100.23"
LONDON = "192.0.2.10"
SYDNEY = "203.0.113.7"


@dataclass(frozen=True, slots=True)
class Atlas:
    """A database of locations that knows a few addresses."""

    places: Mapping[str, Location]

    def locate(self, address: Address) -> Location | None:
        """Where `address` is."""
        return self.places.get(str(address))


ATLAS = Atlas(
    {
        PARIS: Location(country="FR", latitude=48.86, longitude=2.35),
        LONDON: Location(country="GB", latitude=51.51, longitude=-0.13),
        SYDNEY: Location(country="AU", latitude=-33.87, longitude=151.21),
        "192.0.2.99": Location(country="GB", latitude=None, longitude=None),
    }
)
LOCATED = Inputs(locations=ATLAS)

# --- new-country, barred-country -------------------------------------------------------------------------------------


def test_new_country_for_a_known_caller() -> None:
    """One successful request from a country that the caller never came from."""
    (signal,) = seen("new-country", [*past(), row(remote_ip=SYDNEY), row(remote_ip=PARIS)], inputs=LOCATED)

    assert signal.details["country"] == "AU"
    assert signal.subject == {"principal": ALICE, "remote_ip": SYDNEY}


@pytest.mark.parametrize(("records", "signals"), [(19, 0), (20, 1)])
def test_new_country_needs_a_past(records: int, signals: int) -> None:
    """Twenty located records of the caller; with fewer, no country is new."""
    known = every(at(1, days=-2)).rows(records, requester=INTERN)

    found = seen(
        "new-country", [*past(requester=BATCH), *known, row(requester=INTERN, remote_ip=SYDNEY)], inputs=LOCATED
    )

    assert len(found) == signals


def test_new_country_leaves_the_usual_alone() -> None:
    """Unknown and private addresses have no country, AWS's services travel, and a refusal is no success."""
    rows: Rows = [
        *past(),
        row(remote_ip="192.0.2.200"),
        row(remote_ip="10.0.0.1"),
        row(remote_ip=SYDNEY, http_status=403),
        row(remote_ip=SYDNEY, requester="svc:cloudfront.amazonaws.com"),
        row(remote_ip=SYDNEY, requester=None),
    ]

    assert seen("new-country", rows, inputs=LOCATED) == ()
    assert reason("new-country", rows) == "No database of locations was given."
    assert reason("new-country", [row()], inputs=LOCATED).startswith("The baseline holds 0 records of 0 days")


def test_barred_country_needs_no_past() -> None:
    """Success from a country on the list, by anybody."""
    inputs = Inputs(locations=ATLAS, barred_countries=frozenset({"AU"}))
    rows = [row(remote_ip=SYDNEY, requester=None), row(remote_ip=PARIS), row(remote_ip=SYDNEY, http_status=403)]

    (signal,) = seen("barred-country", rows, inputs=inputs)

    assert (signal.severity, signal.count, signal.catalogue) == (Severity.HIGH, 1, "S3L-040")
    assert reason("barred-country", rows, inputs=LOCATED) == "No list of barred countries was given."


# --- human-outside-corporate -----------------------------------------------------------------------------------------


def test_human_outside_corporate_networks() -> None:
    """A person's success from a public address outside the list; roles of programs and VPC endpoints are no people."""
    inputs = Inputs(corporate_networks=networks(["198.51.100.0/24", "2001:db8:1::/48"], origin="config"))
    rows = [
        row(remote_ip=SYDNEY),
        row(remote_ip=SYDNEY, requester=INTERN),
        row(remote_ip=PARIS),
        row(remote_ip="2001:db8:1::5"),
        row(remote_ip="10.2.3.4"),
        row(remote_ip=SYDNEY, requester=BATCH),
        row(remote_ip=SYDNEY, requester=None),
        row(remote_ip=LONDON, http_status=403),
    ]

    found = seen("human-outside-corporate", rows, inputs=inputs)

    assert [signal.subject["remote_ip"] for signal in found] == [SYDNEY, SYDNEY]
    assert {signal.subject["principal"] for signal in found} == {ALICE, INTERN.rpartition("/")[0]}
    assert reason("human-outside-corporate", rows) == "No list of corporate networks was given."


# --- impossible-travel -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "signals"), [(18, 1), (19, 0)])
def test_impossible_travel_is_faster_than_any_flight(hours: int, signals: int) -> None:
    """Paris to Sydney is 16,961 km: 18 hours are too few, 19 are not."""
    rows = [row(time=at(1), remote_ip=PARIS), row(time=at(1 + hours), remote_ip=SYDNEY)]

    found = seen("impossible-travel", rows, inputs=LOCATED)

    assert [signal.details["kilometres"] for signal in found] == [16_961] * signals


def test_impossible_travel_tells_both_ends() -> None:
    """The signal names both addresses and both records, also within one second."""
    rows = [row(time=at(1), remote_ip=PARIS), row(time=at(1), remote_ip=SYDNEY)]

    (signal,) = seen("impossible-travel", rows, inputs=LOCATED)

    assert {signal.details["from_address"], signal.subject["remote_ip"]} == {PARIS, SYDNEY}
    assert len(signal.examples) == 2
    assert signal.count == 2
    assert "16,961 km apart, within 0 minutes" in signal.summary


def test_impossible_travel_leaves_the_usual_alone() -> None:
    """Near places, two sessions of one role, requests from inside AWS, and unknown coordinates are no travel."""
    rows = [
        row(time=at(1), remote_ip=PARIS),
        row(time=at(1, 1), remote_ip=LONDON),
        row(time=at(1), remote_ip=PARIS, requester=role("ops", "ann")),
        row(time=at(1, 1), remote_ip=SYDNEY, requester=role("ops", "ben")),
        row(time=at(1), remote_ip=PARIS, requester=BATCH, source_region="eu-west-3"),
        row(time=at(1, 1), remote_ip=SYDNEY, requester=BATCH, source_region="ap-southeast-2"),
        row(time=at(1), remote_ip=PARIS, requester=INTERN),
        row(time=at(1, 1), remote_ip="192.0.2.99", requester=INTERN),
        row(time=at(1, 2), remote_ip=SYDNEY, requester=INTERN, http_status=403),
    ]

    assert seen("impossible-travel", rows, inputs=LOCATED) == ()


# --- threat-list-address ---------------------------------------------------------------------------------------------


def test_threat_list_address_by_success() -> None:
    """Success from a listed address is high, refusal medium; the list is named."""
    lists = {
        "tor-exits": networks([SYDNEY], origin="tor.txt"),
        "all": networks(["203.0.113.0/24", "2001:db8:bad::/48"], origin="all.txt"),
    }
    inputs = Inputs(threat_lists=lists)
    rows = [
        row(remote_ip=SYDNEY),
        row(remote_ip="203.0.113.9", requester=None, http_status=403),
        row(remote_ip="2001:db8:bad::1", requester=BATCH),
        row(remote_ip=PARIS),
        row(remote_ip=None, requester="svc:cloudfront.amazonaws.com"),
    ]

    found = seen("threat-list-address", rows, inputs=inputs)

    assert {(signal.subject["remote_ip"], signal.severity) for signal in found} == {
        (SYDNEY, Severity.HIGH),
        ("203.0.113.9", Severity.MEDIUM),
        ("2001:db8:bad::1", Severity.HIGH),
    }
    assert {signal.details["threat_list"] for signal in found} == {"all"}
    assert reason("threat-list-address", rows) == "No threat list was given."
