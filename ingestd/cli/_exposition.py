"""The process that exposes the metrics: beside `ingestd serve`, or alone (`ingestd metrics`)."""

from datetime import UTC, datetime

from ingestd.cli._children import Stop
from ingestd.config import Settings
from ingestd.metrics.exposition import Depth, Exposition
from ingestd.spool.local import LocalSpool


def expose(settings: Settings, stop: Stop) -> None:
    """Answer /metrics until `stop`. Raises metrics.exposition.CannotExpose."""
    assert settings.metrics_socket
    spool = LocalSpool(settings.spool_path)

    def depth() -> Depth:
        waiting, aside, oldest = spool.depth()
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        return Depth(waiting, aside, max(0.0, age))

    exposition = Exposition(settings.metrics.listen, settings.metrics_socket, depth)
    stop.wait()
    exposition.close()
