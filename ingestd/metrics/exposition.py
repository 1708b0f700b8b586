"""What was counted, for Prometheus: takes the reports of all processes and answers GET /metrics."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

from ingestd.metrics import families
from ingestd.metrics.families import Family, Kind

_LONGEST_REPORT_BYTES = 1 << 17
_QUEUE_BYTES = 1 << 20


class CannotExpose(Exception):  # noqa: N818 - the state of a port or directory, told to the operator
    """The metrics cannot be exposed as configured."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How full the spool is: the mails that wait and the age of the oldest of them, by lane, and those
    that were set aside."""

    waiting: Mapping[str, int]
    oldest_s: Mapping[str, float]
    aside: int


class Exposition:
    """Counts what is reported to the socket `address` and serves it on `listen` (host:port).

    `depth` is asked for at each request. Raises CannotExpose.
    """

    def __init__(self, listen: str, address: Path, depth: Callable[[], Depth]) -> None:
        self._registry = CollectorRegistry()
        self._metrics = {one.name: _metric(one, self._registry) for one in families.SENT}
        self._signatures_from_s = 0.0
        self._registry.register(_Asked(depth, lambda: self._signatures_from_s))
        host, _, port = listen.rpartition(":")
        try:
            self._reports = _bind(address)
            self._server, _ = start_http_server(int(port), host.strip("[]"), self._registry)
        except (OSError, OverflowError) as error:
            raise CannotExpose(f"metrics cannot be exposed on {listen}: {error}") from error
        threading.Thread(target=self._receive, daemon=True, name="metrics").start()

    @property
    def port(self) -> int:
        """The port that answers."""
        return int(self._server.server_port)

    def _receive(self) -> None:
        while report := self._reports.recv(_LONGEST_REPORT_BYTES):
            self.take(report)

    def take(self, report: bytes) -> None:
        """Count one report; what is none is passed over."""
        with suppress(ValueError, TypeError, KeyError):
            for name, labels, value in json.loads(report):
                self._count(str(name), [str(label) for label in labels], float(value))

    def _count(self, name: str, labels: list[str], value: float) -> None:
        metric = self._metrics[name]
        one = metric.labels(*labels) if labels else metric
        if isinstance(one, Counter):
            one.inc(value)
        elif isinstance(one, Histogram):
            one.observe(value)
        elif isinstance(one, Gauge):
            one.set(value)
        if name == families.SIGNATURES.name:
            self._signatures_from_s = value

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._reports.shutdown(socket.SHUT_RD)


def prove(listen: str) -> None:
    """Bind the port for a moment. Raises CannotExpose."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, int(port)), family=family):
            pass
    except (OSError, OverflowError) as error:
        raise CannotExpose(f"metrics cannot be exposed on {listen}: {error}") from error


class _Asked(Collector):
    """What is looked up at each request."""

    def __init__(self, depth: Callable[[], Depth], signatures_from_s: Callable[[], float]) -> None:
        self._depth = depth
        self._signatures_from_s = signatures_from_s

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if since_s := self._signatures_from_s():
            yield _gauge(families.SIGNATURE_AGE, {"": time.time() - since_s})
        with suppress(Exception):  # a spool that is away is no reason to say nothing at all
            depth = self._depth()
            yield _gauge(families.SPOOL_WAITING, depth.waiting)
            yield _gauge(families.SPOOL_ASIDE, {"": depth.aside})
            yield _gauge(families.SPOOL_OLDEST, depth.oldest_s)


def _gauge(family: Family, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Return a gauge with a value for each value of its label, or for "" where it has none."""
    gauge = GaugeMetricFamily(family.name, family.text, labels=family.labels)
    for label, value in values.items():
        gauge.add_metric([label] if family.labels else [], value)
    return gauge


def _metric(family: Family, registry: CollectorRegistry) -> MetricWrapperBase:
    if family.kind is Kind.COUNTER:
        return Counter(family.name, family.text, family.labels, registry=registry)
    if family.kind is Kind.HISTOGRAM:
        return Histogram(
            family.name, family.text, family.labels, registry=registry, buckets=family.buckets
        )
    return Gauge(family.name, family.text, family.labels, registry=registry)


def _bind(address: Path) -> socket.socket:
    """Listen for reports, in the place of whoever did before."""
    reports = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    reports.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE_BYTES)
    address.parent.mkdir(parents=True, exist_ok=True)
    address.unlink(missing_ok=True)
    reports.bind(str(address))
    address.chmod(0o600)
    return reports
