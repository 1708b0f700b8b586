"""What the workers of each lane do about pages on which text has to be recognised.

Those of the main lane do not wait for it: at the first such page the judgement ends, and the message is
handed over to the OCR lane, where it is judged as a whole. Judging has no effect and may be repeated,
so nothing of a half-done judgement has to be kept (docs/decisions/0037).
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingestd import chamber, recognition
from ingestd.config import Settings
from ingestd.model import Lane, Limits
from ingestd.recognition.watch import Watch

_PATIENCE = 3
"""How much longer than its CPU time a page may take where other lanes want the CPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The lanes that a worker claims from, who recognises text for it (None for nobody), for how many
    seconds a message is its own, and what it looks at before it claims one, which raises Unavailable."""

    lanes: tuple[Lane, ...]
    recognise: chamber.Recognise | None
    lease_s: float
    look: Callable[[], None] = lambda: None


def duty_of(settings: Settings, lane: Lane) -> Duty:
    """Return what a worker of `lane` does. Where text recognition is switched off, all lanes are the
    same, so that nothing waits for ever that was handed over before."""
    lease_s = settings.worker.lease_s
    watch = recogniser(settings)
    if watch is None:
        return Duty(lanes=(Lane.MAIN, Lane.OCR), recognise=None, lease_s=lease_s)
    if lane is Lane.MAIN:
        return Duty(lanes=(lane,), recognise=chamber.elsewhere, lease_s=lease_s)
    # The engine's time, that of drawing for it, and the page that is begun at the end of it.
    lease_s += 2 * settings.ocr.max_mail_s + _PATIENCE * settings.ocr.timeout_s
    return Duty(lanes=(lane,), recognise=watch.recognise, lease_s=lease_s, look=watch.look)


def recogniser(settings: Settings) -> Watch | None:
    """Return text recognition as the settings have it, not proved yet; None where it is switched off."""
    ocr = settings.ocr
    if not ocr.enabled:
        return None
    engine = recognition.Recogniser(
        ocr.languages,
        path=ocr.program,
        limits=recognition.Limits(
            cpu_s=ocr.timeout_s,
            wall_s=_PATIENCE * ocr.timeout_s,
            memory_bytes=ocr.memory_bytes,
        ),
        mode=settings.sandbox.mode,
    )
    return Watch(engine, settings.worker.retry_s)


def recognise_at_once(settings: Settings) -> chamber.Recognise | None:
    """Return text recognition for whoever waits for it at a terminal, in no lane."""
    watch = recogniser(settings)
    return watch.recognise if watch else None


def limits(settings: Settings) -> Limits:
    """Return how far a mail may go as the settings have it."""
    ocr = settings.ocr
    return Limits(recognised_pages=ocr.max_mail_pages, recognised_s=ocr.max_mail_s)
