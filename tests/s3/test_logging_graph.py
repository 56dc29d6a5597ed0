"""The logging graph: who logs where over all accounts, and what stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import AccountStatus, StrangeDestination
from auditor.reading import NOT_COLLECTED, Absent, Present, Reading, Setting, Unreadable
from auditor.s3.log_keys import KeySpace
from auditor.s3.logging_graph import region_of, unread_beside
from auditor.s3.subjects import Elsewhere, InView, Missing, Unresolved
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    PARTITIONED,
    absent,
    account,
    bucket,
    delivery_of,
    denied,
    destination,
    destination_of,
    estate,
    graph,
    policy,
    present,
    source_of,
    to,
    vending,
)

DARK = denied(Setting.LOGGING)


def test_every_bucket_in_scope_is_a_source() -> None:
    """Destinations too: their role is for the checks to judge; a bucket that the filters leave out is none."""
    built = graph(estate(bucket("app", logging=to("logs")), destination("logs"), destination("far", in_scope=False)))

    assert [source.bucket.name for source in built.sources] == ["app", "logs"]


def test_only_ends_of_arrows_are_destinations() -> None:
    """A bucket is a destination because a bucket logs to it, whether in scope or not, and never by its name."""
    built = graph(
        estate(
            bucket("app", logging=to("logs")),
            destination("logs", in_scope=False),
            destination("access-logs"),
            bucket("hidden", logging=to("hidden-logs"), in_scope=False),
            destination("hidden-logs"),
        )
    )

    assert set(built.destinations) == {("aws", "logs"), ("aws", "hidden-logs")}


def test_a_destination_knows_who_logs_to_it() -> None:
    """From every account, with the logging of each."""
    built = estate(
        bucket("app", logging=to("logs", "app/")),
        bucket("web", logging=to("logs", "web/"), account=OTHER_ACCOUNT),
        destination("logs"),
    )

    inbound = destination_of(built, "logs").inbound

    assert [(source.name, logging.prefix) for source, logging in inbound] == [("app", "app/"), ("web", "web/")]


@pytest.mark.parametrize(
    ("head", "owned", "status", "kind"),
    [
        (absent("404"), absent("404"), AccountStatus.AUDITED, Missing),
        (absent("404"), absent("404"), AccountStatus.PARTIAL, Missing),
        (present({}), denied(Setting.REGION, "403"), AccountStatus.AUDITED, Elsewhere),
        (present({}), denied(Setting.REGION, "AccessDenied"), AccountStatus.AUDITED, Elsewhere),
        (present({}), denied(Setting.REGION, "403"), AccountStatus.PARTIAL, Unresolved),
        (present({}), denied(Setting.REGION, "SlowDown"), AccountStatus.AUDITED, Unresolved),
        (present({}), present({}), AccountStatus.AUDITED, Unresolved),
        (denied(Setting.REGION, "403"), absent("404"), AccountStatus.AUDITED, Elsewhere),
        (denied(Setting.REGION, "403"), absent("404"), AccountStatus.PARTIAL, Unresolved),
    ],
)
def test_a_destination_that_nobody_lists(
    head: Reading[object], owned: Reading[object], status: AccountStatus, kind: type
) -> None:
    """What S3 answers about it decides, together with whether the own list is complete."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=head, owned=owned)  # type: ignore[arg-type]  # any answer
    built = estate(bucket("app", logging=to("logs")), accounts=(account(status=status),), strange=(probe,))

    delivery = delivery_of(built, "app")

    assert isinstance(delivery.whereabouts, kind)
    assert delivery.destination is None


def test_a_probe_is_of_one_account() -> None:
    """What S3 answers to one account about a bucket says nothing to another."""
    probe = StrangeDestination(name="logs", account=OTHER_ACCOUNT, head=absent("404"), owned=absent("404"))
    built = estate(bucket("app", logging=to("logs")), strange=(probe,))

    assert isinstance(delivery_of(built, "app").whereabouts, Unresolved)


def test_a_destination_in_view_comes_with_its_settings() -> None:
    """The delivery leads to the very destination that is judged as one."""
    built = graph(estate(bucket("app", logging=to("logs")), destination("logs")))
    delivery = next(source.delivery for source in built.sources if source.delivery is not None)

    assert isinstance(delivery.whereabouts, InView)
    assert delivery.destination is built.destinations["aws", "logs"]


def test_a_deleted_destination_is_missing() -> None:
    """It was listed, then AWS said NoSuchBucket."""
    built = estate(bucket("app", logging=to("logs")), replace(destination("logs"), deleted=True))

    assert isinstance(delivery_of(built, "app").whereabouts, Missing)
    assert graph(built).destinations == {}


def test_partitions_are_worlds_apart() -> None:
    """The same name may exist in each; an arrow stays in its own."""
    china = replace(account(OTHER_ACCOUNT), partition="aws-cn")
    built = estate(
        bucket("app", logging=to("logs"), account=OTHER_ACCOUNT, region="cn-north-1"),
        destination("logs"),
        accounts=(account(), china),
    )

    assert isinstance(delivery_of(built, "app").whereabouts, Unresolved)
    assert graph(built).destinations == {}


def test_the_key_space_needs_the_region_for_partitioned_keys_only() -> None:
    """Simple keys hold no Region, so they are known without it."""
    unknown = denied(Setting.REGION)
    built = estate(
        bucket("simple", logging=to("logs", "x/"), region=unknown),
        bucket("parted", logging=to("logs", "y/", key_format=PARTITIONED), region=unknown),
        bucket("known", logging=to("logs", "y/", key_format=PARTITIONED)),
        destination("logs"),
    )

    simple, parted, known = (delivery_of(built, name).key_space for name in ("simple", "parted", "known"))

    assert isinstance(simple, KeySpace)
    assert simple.stem == "x/"
    assert parted == unknown
    assert isinstance(known, KeySpace)
    assert known.stem == f"y/{ACCOUNT}/eu-west-1/known/"


class TestTheDark:
    """A bucket whose logging could not be read may log anywhere in its account and Region."""

    def test_who_stands_beside_whom(self) -> None:
        """Account and Region count; a bucket of unknown Region stands beside all of its account."""
        built = estate(
            bucket("here", logging=DARK),
            bucket("far", logging=DARK, region="us-east-1"),
            bucket("nowhere", logging=DARK, region=denied(Setting.REGION)),
            bucket("strange", logging=DARK, account=OTHER_ACCOUNT),
            bucket("eu"),
            bucket("us", region="us-east-1"),
            bucket("lost", region=denied(Setting.REGION)),
            bucket("ap", region="ap-south-1"),
        )
        made = graph(built)

        def beside(name: str) -> list[str]:
            found = next(one for one in built.buckets if one.name == name)
            return [one.bucket for one in unread_beside(made, found)]

        assert beside("eu") == ["here", "nowhere"]
        assert beside("us") == ["far", "nowhere"]
        assert beside("ap") == ["nowhere"]
        assert beside("lost") == ["here", "far", "nowhere"]

    def test_a_deleted_bucket_logs_nowhere(self) -> None:
        """That its logging cannot be read is no surprise."""
        built = graph(estate(bucket("app"), replace(bucket("gone", logging=DARK), deleted=True)))

        assert built.unread == {}

    def test_a_bucket_that_lets_delivery_write_may_receive(self) -> None:
        """Only such a bucket can be the destination of an unreadable one, and only one that does not log."""
        read_only = policy(
            {
                "Effect": "Allow",
                "Principal": {"AWS": ACCOUNT},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::closed/*",
            }
        )
        built = estate(
            bucket("dark", logging=DARK),
            destination("open"),
            destination("closed", readings={Setting.POLICY: present(read_only)}),
            destination("logged", logging=to("open")),
        )

        assert source_of(built, "closed").may_receive == ()
        assert source_of(built, "logged").may_receive == ()
        # `open` receives for certain, so it is not a matter of perhaps.
        assert source_of(built, "open").receives
        assert source_of(built, "open").may_receive == ()

    def test_a_region_that_is_unknown_names_each_bucket_once(self) -> None:
        """A bucket of unknown Region beside an unread one of unknown Region is one pair, not two."""
        unknown = denied(Setting.REGION)
        built = estate(bucket("dark", logging=DARK, region=unknown), destination("logs", region=unknown))

        assert [one.bucket for one in source_of(built, "logs").may_receive] == ["dark"]


class TestCloudWatch:
    """The second path by which logs leave a bucket."""

    def test_a_source_has_its_own_deliveries(self) -> None:
        """Joined by the bucket's ARN."""
        built = estate(bucket("app"), bucket("web"), accounts=(vending("app"),))

        assert isinstance(source_of(built, "app").vended, Present)
        assert len(source_of(built, "app").vended.value) == 1  # type: ignore[union-attr]  # it is Present
        assert source_of(built, "web").vended.value == ()  # type: ignore[union-attr]  # so is this

    def test_a_region_that_nobody_asked_leaves_it_open(self) -> None:
        """No answer is not "none"."""
        vended = source_of(estate(bucket("app"), accounts=(account(regions=()),)), "app").vended

        assert vended == Unreadable(setting=Setting.DELIVERY_SOURCES, code=NOT_COLLECTED)

    def test_the_bucket_at_its_end_receives(self) -> None:
        """In any account, by the name in the ARN."""
        accounts = (vending("app", kind="S3", end="arn:aws:s3:::central/x"), account(OTHER_ACCOUNT))
        built = estate(bucket("app"), bucket("central", account=OTHER_ACCOUNT), bucket("other"), accounts=accounts)

        assert source_of(built, "central").receives
        assert not source_of(built, "other").receives


def test_regions_in_use_hold_a_bucket_in_scope() -> None:
    """With what was read there, or None where nobody asked; an unknown Region is none."""
    built = graph(
        estate(
            bucket("app"),
            bucket("far", region="us-east-1"),
            bucket("lost", region=denied(Setting.REGION)),
            bucket("left-out", region="ap-south-1", in_scope=False),
        )
    )

    assert [(one.region, one.readings is not None) for one in built.regions] == [
        ("eu-west-1", True),
        ("us-east-1", False),
    ]


def test_the_region_of_a_bucket() -> None:
    """Unknown and gone are both "", which no Region is called."""
    assert region_of(bucket("app")) == "eu-west-1"
    assert region_of(bucket("app", region=denied(Setting.REGION))) == ""
    assert region_of(bucket("app", region=Absent(code="404"))) == ""


def test_collisions_take_in_what_is_out_of_scope_and_leave_out_what_is_gone() -> None:
    """A bucket writes its logs whether we audit it or not, and none after it was deleted."""
    built = graph(
        estate(
            bucket("app", logging=to("logs", "x/")),
            bucket("hidden", logging=to("logs", "x/"), in_scope=False),
            replace(bucket("gone", logging=to("logs", "x/")), deleted=True),
            destination("logs"),
        )
    )

    assert [one.other for one in built.collisions["aws", "app"].named] == ["hidden"]
