"""The state of one home as Prometheus metrics, counted anew at each scrape: nothing is lost with a process.

No metric names a person or a mailbox.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mailkeep.store.store import Store

LATENCY_WINDOW = timedelta(hours=1)
"""Mails judged so recently make up the latency figures."""


class StoreCollector(Collector):
    """Reads the store when it is scraped."""

    def __init__(self, store: Store, tenants: Sequence[str], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._tenants = tenants
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        yield from self._work()
        yield from self._latency()
        yield from self._coverage()
        yield self._notices()
        yield self._troubles()

    def _work(self) -> Iterator[Metric]:
        summary = self._store.summary()
        judged = CounterMetricFamily("mailkeep_mails_judged", "Mails that have a verdict", labels=["tenant", "label"])
        for tenant in summary.tenants:
            for label, mails in sorted(tenant.labels.items()):
                judged.add_metric([tenant.tenant, label], mails)
        yield judged
        deeds = CounterMetricFamily("mailkeep_deeds", "Deeds by how they ended", labels=["ended"])
        for ended, number in sorted(summary.ended.items()):
            deeds.add_metric([ended], number)
        yield deeds
        due = GaugeMetricFamily("mailkeep_work_owed", "Work that is owed", labels=["lane"])
        for lane, number in sorted(summary.due.items()):
            due.add_metric([lane], number)
        yield due
        yield GaugeMetricFamily("mailkeep_work_given_up", "Jobs that failed again and again", value=summary.dead)
        yield GaugeMetricFamily("mailkeep_store_bytes", "Size of the store", value=summary.size_bytes)

    def _latency(self) -> Iterator[Metric]:
        seconds = GaugeMetricFamily(
            "mailkeep_latency_seconds", "How long live mail of the last hour took", labels=["tenant", "leg", "quantile"]
        )
        mails = GaugeMetricFamily("mailkeep_latency_mails", "Mails behind each figure", labels=["tenant", "leg"])
        for tenant in self._tenants:
            for leg in self._store.latency.quantiles(tenant, self._clock() - LATENCY_WINDOW):
                name = leg.name.replace(" → ", "_to_")
                mails.add_metric([tenant, name], leg.n)
                for quantile, value in (("0.5", leg.p50), ("0.95", leg.p95), ("0.99", leg.p99)):
                    seconds.add_metric([tenant, name, quantile], value)
        yield seconds
        yield mails

    def _coverage(self) -> Iterator[Metric]:
        labels = ["tenant"]
        promised = GaugeMetricFamily("mailkeep_coverage_promised", "Mailboxes to be covered", labels=labels)
        covered = GaugeMetricFamily("mailkeep_coverage_receipts", "Mailboxes with a receipt", labels=labels)
        age = GaugeMetricFamily("mailkeep_coverage_age_seconds", "Age of the oldest receipt", labels=labels)
        listed = CounterMetricFamily("mailkeep_coverage_listed", "Mails that the provider listed", labels=labels)
        healed = CounterMetricFamily("mailkeep_coverage_healed", "Mails missed at first and read then", labels=labels)
        missing = GaugeMetricFamily("mailkeep_coverage_missing", "Mails listed and not judged", labels=labels)
        for tenant in self._tenants:
            found = self._store.coverage.summary(tenant)
            promised.add_metric([tenant], found.promised)
            covered.add_metric([tenant], found.covered)
            listed.add_metric([tenant], found.listed)
            healed.add_metric([tenant], found.healed)
            missing.add_metric([tenant], found.missing)
            if found.oldest_at is not None:
                age.add_metric([tenant], (self._clock() - found.oldest_at).total_seconds())
        yield from (promised, covered, age, listed, healed, missing)

    def _notices(self) -> Metric:
        notices = CounterMetricFamily("mailkeep_notices", "Notices of providers by kind", labels=["tenant", "kind"])
        for tenant in self._tenants:
            for kind, times in sorted(self._store.subscriptions.counts(tenant).items()):
                notices.add_metric([tenant, kind], times)
        return notices

    def _troubles(self) -> Metric:
        troubles = GaugeMetricFamily("mailkeep_troubles", "What stands in the way now", labels=["tenant", "kind"])
        for (tenant, kind), number in sorted(Counter((t.tenant, t.kind) for t in self._store.troubles()).items()):
            troubles.add_metric([tenant, kind], number)
        return troubles


def metrics_page(store: Store, tenants: Sequence[str], clock: Callable[[], datetime]) -> bytes:
    """All metrics in Prometheus' text format. Raises: StoreError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StoreCollector(store, tenants, clock))
    return generate_latest(registry)
