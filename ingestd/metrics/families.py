"""Every metric that there is, as docs/operating.md lists them."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a metric is to Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name (counters without `_total`), its labels, and a histogram's buckets."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 240)

ACCEPTED = Family("ingestd_messages_accepted", Kind.COUNTER, "Mails answered with 250.")
ACCEPTED_BYTES = Family("ingestd_accepted_bytes", Kind.COUNTER, "Octets of the accepted mails.")
REFUSED = Family(
    "ingestd_messages_refused", Kind.COUNTER, "Mails refused at DATA or MAIL.", ("reply",)
)
CONNECTIONS_REFUSED = Family(
    "ingestd_connections_refused", Kind.COUNTER, "Connections refused, by reply.", ("reply",)
)
RECIPIENTS_REFUSED = Family(
    "ingestd_recipients_refused", Kind.COUNTER, "Recipients refused, by reason.", ("reason",)
)
PROBED = Family(
    "ingestd_recipients_probed",
    Kind.COUNTER,
    "Times that unknown recipients were asked for too often, by one network or by all together.",
    ("by",),
)
JUDGED = Family("ingestd_messages_judged", Kind.COUNTER, "Mails judged, by outcome.", ("outcome",))
JUDGEMENT = Family(
    "ingestd_judgement_seconds",
    Kind.HISTOGRAM,
    "Time from the beginning of a judgement until it is filed.",
    buckets=_SECONDS,
)
FINDINGS = Family(
    "ingestd_findings", Kind.COUNTER, "Mails with this reason, once a mail.", ("reason",)
)
WAITED = Family(
    "ingestd_judgements_put_off", Kind.COUNTER, "Judgements put off because the world was away."
)
STOPPED = Family(
    "ingestd_readers_stopped", Kind.COUNTER, "Readers ended by the cage, by limit.", ("limit",)
)
FAULTS = Family("ingestd_worker_faults", Kind.COUNTER, "Mistakes of ours while judging.")
SCANS = Family("ingestd_scans", Kind.COUNTER, "Virus scans, by verdict.", ("verdict",))
SCAN = Family("ingestd_scan_seconds", Kind.HISTOGRAM, "Time of one scan.", buckets=_SECONDS)
ENGINES = Family(
    "ingestd_rule_engines_ended",
    Kind.COUNTER,
    "Rule engines that were ended or died, by why: tired, grown, new pack, died, hung or nonsense.",
    ("why",),
)
CLAMAV_UP = Family(
    "ingestd_clamav_up", Kind.GAUGE, "1 while ClamAV answers and all its probes hold, else 0."
)
PROBE = Family(
    "ingestd_clamav_probe", Kind.GAUGE, "1 while this probe of ClamAV holds, else 0.", ("probe",)
)
SIGNATURES = Family(
    "ingestd_clamav_signatures_timestamp_seconds",
    Kind.GAUGE,
    "Date of ClamAV's signatures, seconds since 1970; 0 where it does not say.",
)
SIGNATURE_AGE = Family(
    "ingestd_clamav_signatures_age_seconds",
    Kind.GAUGE,
    "Age of ClamAV's signatures; absent where it does not say.",
)
CERTIFICATE = Family(
    "ingestd_tls_certificate_days_left",
    Kind.GAUGE,
    "Days until the certificate in force for STARTTLS expires; negative once it has.",
)
SPOOL_WAITING = Family(
    "ingestd_spool_waiting", Kind.GAUGE, "Mails that wait to be judged, by lane.", ("lane",)
)
SPOOL_ASIDE = Family("ingestd_spool_set_aside", Kind.GAUGE, "Mails that crashed too often.")
SPOOL_OLDEST = Family(
    "ingestd_spool_oldest_seconds",
    Kind.GAUGE,
    "How long ago the oldest of those that wait was received, by lane; 0 for none.",
    ("lane",),
)
PAGES = Family("ingestd_pages_recognised", Kind.COUNTER, "Pages that text recognition was given.")
PAGES_UNREAD = Family(
    "ingestd_pages_unread",
    Kind.COUNTER,
    "Pages that it was not given, for their mail had used up its share.",
)
RECOGNITION = Family(
    "ingestd_recognition_seconds",
    Kind.HISTOGRAM,
    "Time of text recognition for one mail.",
    buckets=_SECONDS,
)
RECOGNITION_UP = Family(
    "ingestd_recognition_up",
    Kind.GAUGE,
    "1 while text recognition is there and reads what it must, else 0.",
)
HANDED_OVER = Family(
    "ingestd_messages_handed_over", Kind.COUNTER, "Mails handed over to another lane.", ("lane",)
)
LOG_DAMAGED = Family(
    "ingestd_spool_log_damaged",
    Kind.COUNTER,
    "Stretches of the spool's log that were not as written.",
)
LOST = Family("ingestd_metrics_lost", Kind.COUNTER, "Reports that nobody took in time.")

SENT = (
    ACCEPTED,
    ACCEPTED_BYTES,
    REFUSED,
    CONNECTIONS_REFUSED,
    RECIPIENTS_REFUSED,
    PROBED,
    JUDGED,
    JUDGEMENT,
    FINDINGS,
    WAITED,
    STOPPED,
    FAULTS,
    SCANS,
    SCAN,
    ENGINES,
    CLAMAV_UP,
    PROBE,
    SIGNATURES,
    CERTIFICATE,
    LOG_DAMAGED,
    HANDED_OVER,
    PAGES,
    PAGES_UNREAD,
    RECOGNITION,
    RECOGNITION_UP,
    LOST,
)
"""What the processes report."""

ASKED = (SIGNATURE_AGE, SPOOL_WAITING, SPOOL_ASIDE, SPOOL_OLDEST)
"""What is looked up when somebody asks for the metrics."""
