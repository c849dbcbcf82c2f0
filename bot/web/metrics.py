"""The findings as Prometheus reads them. Labels name parts and states, never people."""

from collections.abc import Iterator, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from bot.checks import Finding

CONTENT_TYPE = CONTENT_TYPE_LATEST
_COUNTERS = ("inbox_heard_total", "outbox_written_total")


class _Findings(Collector):
    """One scrape."""

    def __init__(self, found: Sequence[Finding]) -> None:
        self.found = found

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """What is well and every figure."""
        well = GaugeMetricFamily(
            "yure_well", "1 where a check found nothing wrong", labels=["part"]
        )
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for finding in self.found:
            well.add_metric([finding.key], float(finding.well))
            for figure in finding.figures:
                label = [figure.label] if figure.label else []
                family = families.setdefault(figure.name, _family(figure.name, bool(label)))
                family.add_metric(label, figure.value)
        yield well
        yield from families.values()


def _family(name: str, labelled: bool) -> GaugeMetricFamily | CounterMetricFamily:
    kind = CounterMetricFamily if name in _COUNTERS else GaugeMetricFamily
    return kind(f"yure_{name}", name.replace("_", " "), labels=["part"] if labelled else [])


def exposition(found: Sequence[Finding]) -> bytes:
    """The page /metrics: the checks, and this process's memory, processor time and files."""
    registry = CollectorRegistry()
    registry.register(_Findings(found))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
