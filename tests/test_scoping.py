"""Scopes: which frameworks and controls speak about which place, and where nobody can tell."""

from __future__ import annotations

import pytest

from auditor.framework import ControlScope, Framework, Receives
from auditor.framework_scope import FrameworkScope, InScope, OutOfScope, ScopeAnswer, ScopeUnknown
from auditor.model import AccountStatus, Bucket, Estate
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.scoping import EVERYTHING, Scopes, tags_of
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    absent,
    account,
    account_region,
    bucket,
    denied,
    destination,
    estate,
    graph,
    present,
    to,
)
from tests.frameworks import control, framework

PHI = FrameworkScope(any_tag={"data": ("phi",)})
ASKS = framework("f", {"c": ["logging-enabled"]}, scope=PHI)
YES: Json = {"TagSet": [{"Key": "data", "Value": "phi"}]}
NO: Json = {"TagSet": [{"Key": "data", "Value": "public"}]}
DARK = denied(Setting.TAGGING)


def tagged(name: str, tags: Json | Reading[Json], *, logs: str = "", region: str = REGION) -> Bucket:
    reading = tags if isinstance(tags, Present | Absent | Unreadable) else present(tags)
    logging = to(logs, f"{name}/") if logs else None
    return bucket(name, logging=logging, region=region, readings={Setting.TAGGING: reading})


def answer(built: Estate, bucket: str, *, asks: Framework = ASKS, region: str = REGION) -> type[ScopeAnswer]:
    return type(Scopes((asks,), built, graph(built)).framework(asks, (ACCOUNT, region, bucket)))


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (YES, InScope),
        (NO, OutOfScope),
        ({"TagSet": []}, OutOfScope),
        (absent("NoSuchTagSet"), OutOfScope),
        (DARK, ScopeUnknown),
        ({"TagSet": [{"Key": "data"}]}, ScopeUnknown),
        ({"TagSet": "data"}, ScopeUnknown),
        ({}, ScopeUnknown),
    ],
)
def test_tags_put_a_bucket_in_scope(tags: Json | Reading[Json], kind: type[ScopeAnswer]) -> None:
    """No tags are no; tags that could not be read, or make no sense, are neither yes nor no."""
    assert answer(estate(tagged("app", tags)), "app") is kind


def test_without_a_scope_everything_is_in_it() -> None:
    """Places that no bucket has included: an account and Region, or the run itself."""
    everywhere = framework("all", {"c": ["logging-enabled"]})
    scopes = Scopes((everywhere,), estate(bucket("app")), graph(estate(bucket("app"))))

    assert scopes.framework(everywhere, ("", "", "")) is EVERYTHING


class TestDestinations:
    """A destination is in scope as itself, or through any source in scope."""

    @pytest.mark.parametrize(
        ("own", "sources", "kind"),
        [
            (NO, (YES,), InScope),
            (NO, (NO, YES), InScope),
            (YES, (NO,), InScope),
            (NO, (NO,), OutOfScope),
            (NO, (DARK,), ScopeUnknown),
            (NO, (NO, DARK), ScopeUnknown),
            (NO, (DARK, YES), InScope),
            (DARK, (NO,), ScopeUnknown),
            (DARK, (YES,), InScope),
        ],
    )
    def test_the_widest_answer_holds(self, own: Json, sources: tuple[Json, ...], kind: type[ScopeAnswer]) -> None:
        """Yes beats unknown, unknown beats no: hiding evidence is worse than one question too many."""
        inbound = [tagged(f"b{index}", tags, logs="logs") for index, tags in enumerate(sources)]

        assert answer(estate(*inbound, tagged("logs", own)), "logs") is kind

    def test_a_destination_out_of_scope_of_the_run_inherits(self) -> None:
        """The filters leave it out, the evidence lies there all the same."""
        built = estate(tagged("app", YES, logs="logs"), destination("logs", in_scope=False))

        assert answer(built, "logs") is InScope


class TestRegions:
    """An account and Region is in scope with any of its buckets."""

    @pytest.mark.parametrize(
        ("tags", "kind"),
        [((YES, NO), InScope), ((NO, NO), OutOfScope), ((NO, DARK), ScopeUnknown), ((DARK, YES), InScope)],
    )
    def test_any_bucket_is_enough(self, tags: tuple[Json, ...], kind: type[ScopeAnswer]) -> None:
        """The widest answer of its buckets holds."""
        built = estate(*(tagged(f"b{index}", one) for index, one in enumerate(tags)))

        assert answer(built, "") is kind

    def test_a_region_without_buckets_is_out(self) -> None:
        """Nothing there is anybody's concern."""
        assert answer(estate(tagged("app", YES)), "", region="us-east-1") is OutOfScope


class TestTrailBuckets:
    """A control may speak only about buckets that receive the logs of a CloudTrail trail."""

    CONTROL = control("c", "logging-enabled", scope=ControlScope(receives=Receives.CLOUDTRAIL))

    def of(self, built: Estate, name: str = "app") -> ScopeAnswer:
        asks = framework("f", {"c": self.CONTROL})
        return Scopes((asks,), built, graph(built)).control(self.CONTROL, (ACCOUNT, REGION, name))

    def trails(self, *names: str) -> Reading[Json]:
        return present({"trailList": [{"Name": "t", "S3BucketName": name} for name in names]})

    def read(self, reading: Reading[Json], *more: AccountStatus) -> Estate:
        regions = (account_region(readings={Setting.TRAILS: reading}),)
        others = (account(f"{index:012}", status=status, regions=()) for index, status in enumerate(more))
        return estate(bucket("app"), accounts=(account(regions=regions), *others))

    def test_a_bucket_of_a_trail(self) -> None:
        """In any account of the estate."""
        other = account(
            OTHER_ACCOUNT,
            regions=(
                account_region("us-east-1", account=OTHER_ACCOUNT, readings={Setting.TRAILS: self.trails("app")}),
            ),
        )

        assert isinstance(self.of(self.read(self.trails("app"))), InScope)
        assert isinstance(self.of(estate(bucket("app"), accounts=(account(), other))), InScope)

    def test_another_bucket(self) -> None:
        """No trail in view writes to it."""
        assert isinstance(self.of(self.read(self.trails("logs"))), OutOfScope)
        assert isinstance(self.of(self.read(self.trails())), OutOfScope)
        assert isinstance(self.of(self.read(absent())), OutOfScope)

    def test_a_place_without_a_bucket(self) -> None:
        """A trail without a bucket name does not make the nameless place one."""
        assert isinstance(self.of(self.read(present({"trailList": [{"Name": "t"}]})), ""), OutOfScope)

    @pytest.mark.parametrize("reading", [denied(Setting.TRAILS), present({"trailList": "none"}), present(None)])
    def test_trails_that_are_unreadable_leave_it_open(self, reading: Reading[Json]) -> None:
        """Any account's trail may write to any bucket."""
        assert isinstance(self.of(self.read(reading)), ScopeUnknown)

    def test_an_account_that_was_not_reached_leaves_it_open(self) -> None:
        """Its trails are unknown, too."""
        found = self.of(self.read(self.trails(), AccountStatus.UNREACHABLE))

        assert isinstance(found, ScopeUnknown)
        assert found.unread.because() == "cloudtrail:DescribeTrails was not called (in 000000000000)"

    def test_a_region_in_use_that_nobody_asked_leaves_it_open(self) -> None:
        """A collection that broke off has not seen its trails."""
        assert isinstance(self.of(estate(bucket("app"), accounts=(account(regions=()),))), ScopeUnknown)

    def test_an_account_without_buckets_does_not(self) -> None:
        """Nobody looks at Regions without buckets; a trail of the organization is seen from everywhere."""
        assert isinstance(self.of(self.read(self.trails(), AccountStatus.AUDITED)), OutOfScope)

    def test_a_trail_in_view_is_certain_beside_the_dark(self) -> None:
        """What is known to receive a trail receives one."""
        assert isinstance(self.of(self.read(self.trails("app"), AccountStatus.UNREACHABLE)), InScope)


def test_tags_are_read_by_key() -> None:
    """A value may be empty, which is a value all the same."""
    reading = tags_of(tagged("app", {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]}))

    assert isinstance(reading, Present)
    assert reading.value == {"a": "1", "b": ""}
