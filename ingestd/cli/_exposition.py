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
        found, now = spool.depth(), datetime.now(UTC)
        waiting = {str(lane): queue.waiting for lane, queue in found.lanes.items()}
        oldest_s = {
            str(lane): max(0.0, (now - (queue.oldest or now)).total_seconds())
            for lane, queue in found.lanes.items()
        }
        return Depth(waiting, oldest_s, found.aside)

    exposition = Exposition(settings.metrics.listen, settings.metrics_socket, depth)
    stop.wait()
    exposition.close()
