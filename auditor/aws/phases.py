"""The phases of a collection after the bucket lists, in the one order in which each knows what it needs to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from auditor.aws.access import Access
from auditor.aws.arrows import BucketKey, destination_key, destinations_of, possible_destinations
from auditor.aws.buckets import BucketList, locate, probe, read_more, read_source, region_of
from auditor.aws.log_objects import LogPlace, log_places, newest_log_object, survey
from auditor.aws.options import CollectOptions
from auditor.aws.reach import Reached
from auditor.aws.reads import DEEP, read
from auditor.aws.regions import TrailSeen, Vended, read_log_group, read_region, read_trail, trails_in, vended_by
from auditor.aws.work import Crew, Phase, interleave
from auditor.model import Account, AccountRegion, Bucket, LogGroup, StrangeDestination, Trail
from auditor.reading import Json, Reading, Setting, reading_of
from auditor.s3.arn import bucket_arn

_GRANTS = (Setting.POLICY, Setting.ACL, Setting.OWNERSHIP)
"""What tells whether a bucket lets log delivery write."""


class Phases:
    """What is known so far about the buckets of all accounts, and how the rest is learned."""

    def __init__(
        self, *, reached: Sequence[Reached], lists: Sequence[BucketList], options: CollectOptions, crew: Crew
    ) -> None:
        self._accesses = {one.access.account: one.access for one in reached}
        self._lists = lists
        self._options = options
        self._crew = crew
        self._regions: Mapping[str, Sequence[AccountRegion]] = {}
        self._trails: dict[str, tuple[Trail, ...]] = {}
        self._log_groups: Mapping[str, Sequence[LogGroup]] = {}
        self._blocks: dict[str, Reading[Json]] = {}
        self.buckets: dict[BucketKey, Bucket] = {}
        self.strange: tuple[StrangeDestination, ...] = ()

    def run(self) -> None:
        """All phases; after an interruption each of them ends at once."""
        self._read_sources()
        self._read_neighbours()
        vended = self._read_regions()
        self._read_destinations(vended)
        self._probe_strange()
        if self._options.read_logs:
            self._find_log_objects()

    def account(self, account: Account) -> Account:
        """`account` with what was read of it besides its buckets."""
        block = self._blocks.get(account.id)
        more = {} if block is None else {Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK: block}
        return replace(
            account,
            readings={**account.readings, **more},
            regions=tuple(self._regions.get(account.id, ())),
            trails=self._trails.get(account.id, ()),
            log_groups=tuple(self._log_groups.get(account.id, ())),
        )

    def _access(self, bucket: Bucket) -> Access:
        return self._accesses[bucket.account]

    def _put(self, buckets: Iterable[Bucket]) -> None:
        self.buckets.update(((self._access(bucket).partition, bucket.name), bucket) for bucket in buckets)

    def _read_more(self, phase: Phase, keys: Collection[BucketKey], settings: tuple[Setting, ...]) -> None:
        """Read more of some buckets; one whose Region nobody needed so far gets it first."""

        def more(bucket: Bucket) -> Bucket:
            access = self._access(bucket)
            return read_more(access, locate(access, bucket), settings)

        self._put(self._crew.map(phase, more, [self.buckets[key] for key in sorted(keys)]))

    def _read_sources(self) -> None:
        listed = interleave([found.buckets for found in self._lists])
        self._put(
            self._crew.map(
                Phase.SOURCES, lambda bucket: read_source(self._access(bucket), bucket, self._options), listed
            )
        )

    def _read_neighbours(self) -> None:
        """The logging of buckets that the filters leave out, where a bucket in scope may depend on it.

        Delivery crosses neither accounts nor Regions, so any bucket beside one in scope may log to it, or under the
        same keys as it; unread, each would leave a role or a collision open.
        """
        used = {(bucket.account, region_of(bucket)) for bucket in self.buckets.values() if bucket.in_scope}
        accounts = {account for account, _ in used}

        def neighbour(bucket: Bucket) -> Bucket:
            access = self._access(bucket)
            located = locate(access, bucket)
            beside = not region_of(located) or not used.isdisjoint(
                {(located.account, region_of(located)), (located.account, "")}
            )
            return read_more(access, located, (Setting.LOGGING,)) if beside else located

        left_out = [one for one in self.buckets.values() if not one.in_scope and one.account in accounts]
        self._put(self._crew.map(Phase.NEIGHBOURS, neighbour, left_out))

    def _read_regions(self) -> Vended:
        """Everything that is asked per Region in use, and where CloudWatch delivers the logs of buckets in scope."""
        scope = {key: bucket for key, bucket in self.buckets.items() if bucket.in_scope}
        used = sorted({(bucket.account, region_of(bucket)) for bucket in scope.values() if region_of(bucket)})
        found = self._crew.map(Phase.REGIONS, lambda place: read_region(self._accesses[place[0]], place[1]), used)
        regions: dict[str, list[AccountRegion]] = defaultdict(list)
        for region in found:
            regions[region.account].append(region)
        self._regions = regions
        self._read_trails()
        vended = vended_by(found, sources=[bucket_arn(*key) for key in scope])
        # The log group of an account out of view cannot be read; its reading stays not collected.
        arns = [arn for arn in vended.log_groups if arn.account in self._accesses]
        groups: dict[str, list[LogGroup]] = defaultdict(list)
        read_groups = self._crew.map(
            Phase.LOG_GROUPS, lambda arn: read_log_group(self._accesses[arn.account], arn), arns
        )
        for arn, group in zip(arns, read_groups, strict=True):
            groups[arn.account].append(group)
        self._log_groups = groups
        return vended

    def _read_trails(self) -> None:
        """Each trail once, asked as the account that owns it if that is in view: an organization's trail is in many."""
        seen = {account: trails_in(regions) for account, regions in self._regions.items()}
        asked: dict[str, tuple[Access, TrailSeen]] = {}
        for account, trails in seen.items():
            for trail in trails:
                access = self._accesses.get(trail.owner, self._accesses[account])
                asked.setdefault(trail.arn, (access, trail))
        done = self._crew.map(Phase.TRAILS, lambda work: read_trail(*work), list(asked.values()))
        by_arn = {trail.arn: trail for trail in done}
        self._trails = {
            account: tuple(replace(by_arn[trail.arn], document=trail.document) for trail in trails)
            for account, trails in seen.items()
        }

    def _read_destinations(self, vended: Vended) -> None:
        """Follow the arrows to their ends and look at these, then at buckets that may be the end of an unread one."""
        sources = [key for key, bucket in self.buckets.items() if bucket.in_scope]
        logging = (Setting.LOGGING,)
        ends = destinations_of(self.buckets, sources)
        while unread := [key for key in ends if self._lacks(key, Setting.LOGGING)]:
            self._read_more(Phase.ARROWS, unread, logging)
            ends = destinations_of(self.buckets, sources)
        partitions = {access.partition for access in self._accesses.values()}
        named = {(partition, name) for partition in partitions for name in vended.buckets}
        ends |= named & self.buckets.keys()
        self._read_more(Phase.DESTINATIONS, ends, logging + DEEP)
        accounts = sorted({self.buckets[key].account for key in ends})
        blocks = self._crew.map(Phase.ACCOUNT_BLOCKS, self._read_block, accounts)
        self._blocks = dict(zip(accounts, blocks, strict=True))
        self._read_more(Phase.POSSIBLE_DESTINATIONS, possible_destinations(self.buckets) - ends, _GRANTS)

    def _lacks(self, key: BucketKey, setting: Setting) -> bool:
        bucket = self.buckets[key]
        return setting not in bucket.readings and not bucket.deleted

    def _read_block(self, account: str) -> Reading[Json]:
        access = self._accesses[account]
        return read(access, Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK, access.home_region, {"AccountId": account})

    def _probe_strange(self) -> None:
        strange: dict[tuple[str, str], str] = {}
        for key, bucket in self.buckets.items():
            end = destination_key(key, bucket) if bucket.in_scope else None
            if end is not None and end not in self.buckets:
                strange.setdefault((bucket.account, end[1]), region_of(bucket))
        work = sorted(strange.items())
        found = self._crew.map(
            Phase.STRANGE_DESTINATIONS, lambda item: probe(self._accesses[item[0][0]], item[0][1], item[1]), work
        )
        self.strange = tuple(found)

    def _find_log_objects(self) -> None:
        window = self._options.newest_window
        places = log_places(self.buckets)

        def first_look(end: BucketKey) -> dict[LogPlace, Reading[Json]]:
            overview = reading_of(self.buckets[end].readings, Setting.TOP_LEVEL_KEYS)
            return survey(self._access(self.buckets[end]), places[end], overview, window=window)

        ends = list(places)
        found = dict(zip(ends, self._crew.map(Phase.SURVEY, first_look, ends), strict=True))
        left = [(end, place) for end in places for place in places[end] if place not in found[end]]
        searched = self._crew.map(
            Phase.LOG_OBJECTS,
            lambda work: newest_log_object(self._access(self.buckets[work[0]]), work[1], window=window),
            left,
        )
        for (end, place), newest in zip(left, searched, strict=True):
            found[end][place] = newest
        for end, readings in found.items():
            for place, newest in readings.items():
                for name in place.sources:
                    self._add_newest((end[0], name), newest)

    def _add_newest(self, key: BucketKey, newest: Reading[Json]) -> None:
        bucket = self.buckets[key]
        self.buckets[key] = replace(bucket, readings={**bucket.readings, Setting.NEWEST_LOG_OBJECT: newest})
