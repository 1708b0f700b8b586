"""Settings: TOML and environment to one frozen object; every mistake at once, with its key path.

Nothing reads settings at import time. Precedence: environment `INGESTD_SECTION__KEY`, then the file,
then the defaults below. Sizes are in bytes, times in seconds.
"""

import ipaddress
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from ingestd.model import Weight
from ingestd.reasons import CATALOGUE, UNWAIVABLE

SYSTEM_FILE = Path("/etc/ingestd/ingestd.toml")
PREFIX = "INGESTD_"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` are (key path, what is wrong) pairs."""

    def __init__(self, file: Path | None, problems: list[tuple[str, str]]) -> None:
        self.file = file
        self.problems = problems
        where = str(file) if file else "the settings (environment and defaults)"
        lines = "".join(f"\n  {key}: {what}" for key, what in problems)
        count = f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}"
        super().__init__(f"{count} in {where}:{lines}")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _port(listen: str) -> str:
    if int(listen.rpartition(":")[2]) > 65_535:
        raise ValueError("there is no such port")
    return listen


Port = Annotated[
    str, Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[^:\s]+):\d{1,5}$"), AfterValidator(_port)
]


def _network(network: str) -> str:
    return str(ipaddress.ip_network(network))


Network = Annotated[str, AfterValidator(_network)]


def _weighable(code: str) -> str:
    if code not in CATALOGUE or CATALOGUE[code].weight is Weight.DOOR:
        raise ValueError("there is no such reason; `ingestd reasons` lists them")
    if code in UNWAIVABLE:
        raise ValueError("this reason protects everybody and cannot be weighed otherwise")
    return code


def _weight(weight: Weight) -> Weight:
    if weight is Weight.DOOR:
        raise ValueError("a weight is note, ignore, hold or stop")
    return weight


Weights = dict[
    Annotated[str, AfterValidator(_weighable)], Annotated[Weight, AfterValidator(_weight)]
]


class Smtp(_Section):
    """The door: what `ingestd smtpd` listens on and how much it takes."""

    listen: list[Port] = Field(
        ["127.0.0.1:8025"], min_length=1, description="Addresses and ports to listen on."
    )
    hostname: str = Field(
        "localhost", pattern=r"^[A-Za-z0-9.\-]+$", description="Our name in the greeting and EHLO."
    )
    processes: int = Field(
        1, ge=1, le=64, description="Door processes that share the ports; one is enough for most."
    )
    reuse_port: bool = Field(
        False,
        description=(
            "Let a second `ingestd smtpd` of the same user listen on the same ports (SO_REUSEPORT);"
            " otherwise a port in use is a mistake."
        ),
    )
    tls_certificate: str = Field(
        "",
        description=(
            "PEM file of the certificate and its chain for STARTTLS; empty for none. Read again"
            " within seconds when it changes."
        ),
    )
    tls_key: str = Field(
        "",
        description="PEM file of its private key; empty when it is in the file of tls_certificate.",
    )
    proxy_networks: list[Network] = Field(
        [],
        description=(
            "Proxies that must begin each connection with a PROXY header (version 1 or 2), which"
            " names the client; from anywhere else it is a garbage command."
        ),
    )
    max_message_bytes: int = Field(
        36_700_160, ge=1024, description="Largest mail taken, in bytes as sent (EHLO SIZE)."
    )
    max_pending: int = Field(
        20_000,
        ge=1,
        description="Mail is deferred (451) while so many messages wait to be judged.",
    )
    max_recipients: int = Field(
        100, ge=1, description="Recipients taken for one mail; RFC 5321 wants 100 at least."
    )
    max_connections: int = Field(
        1_500,
        ge=1,
        description="Connections served at the same time, by all door processes together.",
    )
    max_connections_per_network: int = Field(
        10,
        ge=1,
        description="Connections served at the same time from one IPv4 address or one IPv6 /64.",
    )
    max_new_connections_per_minute: int = Field(
        60, ge=1, description="Connections begun in a minute from one IPv4 address or one IPv6 /64."
    )
    trusted_networks: list[Network] = Field(
        ["127.0.0.0/8", "::1/128"],
        description=(
            "Networks of our own (a relay in front, a scanner) that no limit per network holds for;"
            " max_connections does."
        ),
    )
    stress_above_percent: int = Field(
        80,
        ge=1,
        le=100,
        description=(
            "With more than this share of max_connections in use, clients are given the times"
            " `in_stress`."
        ),
    )
    stress_below_percent: int = Field(
        60, ge=0, le=100, description="With less than this share in use, the usual times are back."
    )
    max_commands: int = Field(
        500, ge=1, description="Commands in one session since the last mail that was taken."
    )
    max_errors: int = Field(10, ge=1, description="Replies of 5xx in one session.")
    max_unknown_verbs: int = Field(
        3, ge=1, description="Commands in one session that do not exist."
    )
    max_unknown_recipients: int = Field(
        5, ge=1, description="Recipients in one session that we do not have."
    )
    unknown_recipients_per_hour: int = Field(
        20,
        ge=1,
        description=(
            "Recipients that we do not have, asked for in an hour from one IPv4 address or IPv6 /64;"
            " from then on every recipient is put off (450), so that nothing can be learnt."
        ),
    )
    unknown_recipients_per_hour_alarm: int = Field(
        500, ge=1, description="The same from all networks together: an alarm, nobody is put off."
    )
    command_timeout_s: float = Field(
        300, gt=0, description="Seconds a client may take for its next command."
    )
    command_timeout_in_stress_s: float = Field(
        15, gt=0, description="The same while most connections are in use."
    )
    data_timeout_s: float = Field(
        180, gt=0, description="Seconds without a byte in DATA before the client is cut off."
    )
    data_timeout_in_stress_s: float = Field(
        30, gt=0, description="The same while most connections are in use."
    )
    min_bytes_per_s: int = Field(
        500, ge=0, description="Least average speed in DATA, once min_speed_after_s have passed."
    )
    min_speed_after_s: float = Field(
        60, ge=0, description="Seconds of DATA before a slow client is cut off."
    )
    max_data_s: float = Field(1_800, gt=0, description="Seconds one mail may take in DATA.")
    max_session_s: float = Field(
        3_600, gt=0, description="Seconds a session may take since the last mail that was taken."
    )
    tls_timeout_s: float = Field(30, gt=0, description="Seconds for the TLS handshake.")
    write_timeout_s: float = Field(
        30, gt=0, description="Seconds that a client may leave our replies unread."
    )
    linger_s: float = Field(
        5, gt=0, description="Seconds that a client may take to hang up after our last reply."
    )

    @model_validator(mode="after")
    def _key_of_a_certificate(self) -> Self:
        if self.tls_key and not self.tls_certificate:
            raise ValueError("tls_key needs tls_certificate")
        return self


class Addresses(_Section):
    """Under which domain every company has its import addresses."""

    domain: str = Field(
        "in.example.com",
        pattern=r"^[a-z0-9.\-]+$",
        description="Mail domain, in lower case: VAT@domain and number@cc.domain.",
    )
    snapshot_max_age_h: float = Field(
        24,
        gt=0,
        description=(
            "Hours for which the door takes mail by a list of recipients that nobody confirmed from"
            " the database (a worker does, every five minutes); then RCPT is put off (451 4.3.0)."
        ),
    )


class Storage(_Section):
    """Where everything is kept."""

    path: Path = Field(
        Path("./var"), description="Directory of the spool, the blobs and the embedded database."
    )
    database: str = Field(
        "",
        pattern=r"^$|^sqlite:///.+",
        description="Database URL; empty for sqlite:///PATH/ingestd.sqlite3 under storage.path.",
    )
    min_free_bytes: int = Field(
        1 << 30,
        ge=0,
        description=(
            "Mail is deferred (452) while less than this is free on the disk; 0 takes mail until the"
            " disk is full."
        ),
    )
    min_free_percent: float = Field(
        5,
        ge=0,
        le=100,
        description="Mail is deferred (452) while less than this share of the disk is free.",
    )
    min_free_inodes_percent: float = Field(
        1,
        ge=0,
        le=100,
        description="Mail is deferred (452) while less than this share of its inodes is free.",
    )


class Clamav(_Section):
    """The virus scanner that everything must pass."""

    socket: str = Field("/run/clamav/clamd.ctl", min_length=1, description="UNIX socket of clamd.")
    timeout_s: float = Field(60, gt=0, description="Seconds to wait for one scan.")
    probe_interval_s: float = Field(
        300,
        gt=0,
        description=(
            "Seconds between two proofs that ClamAV finds the EICAR test file and passes nothing that"
            " it could not scan; without it nothing is judged."
        ),
    )
    max_signature_age_s: float = Field(
        259_200,
        gt=0,
        description="Age of the signatures from which `doctor`, the log and the metrics warn; seconds.",
    )


class Worker(_Section):
    """The processes that judge."""

    processes: int = Field(2, ge=1, le=256, description="How many `ingestd worker` runs at once.")
    poll_interval_s: float = Field(
        0.2, gt=0, description="Seconds between two looks into an empty spool."
    )
    lease_s: float = Field(
        300,
        ge=1,
        description="Seconds after which a claimed mail is due again, should its worker die.",
    )
    retry_s: float = Field(
        15,
        gt=0,
        description="Seconds until a mail is due again when ClamAV or the database is away.",
    )
    max_attempts: int = Field(
        5, ge=1, description="Crashes of ours on one mail before it is set aside for the operators."
    )
    scan_patience_s: float = Field(
        86_400,
        ge=0,
        description=(
            "Seconds that a mail waits for ClamAV before the inbox shows it as `scan-pending`; it is"
            " still judged when ClamAV is back."
        ),
    )


class Sandbox(_Section):
    """What one mail may cost to read; a reader over it is stopped (`document-bomb`)."""

    mode: str = Field(
        "full",
        pattern="^(full|rlimits-only)$",
        description=(
            "`full`: no file, network or program for what reads documents (Landlock and seccomp of"
            " Linux 5.13 or newer), refusing to start without; or `rlimits-only`."
        ),
    )
    cpu_s: int = Field(10, ge=1, description="CPU seconds for one mail.")
    wall_s: float = Field(
        60, gt=0, description="Seconds for one mail, without what ClamAV and the database take."
    )
    answers_s: float = Field(
        240,
        gt=0,
        description=(
            "Seconds that ClamAV and the database may take for one mail in all; over it the mail is"
            " held (`scan-inconclusive`). Less than worker.lease_s."
        ),
    )
    memory_bytes: int = Field(1 << 30, ge=256 << 20, description="Address space for one mail.")
    result_bytes: int = Field(
        512 << 20,
        ge=1 << 20,
        description="Most that may come out of the sandbox for one mail, all scanned parts included.",
    )


class Rules(_Section):
    """The engine that holds electronic invoices against the official rule sets; one for each worker."""

    timeout_s: float = Field(20, gt=0, description="Seconds for the rule sets of one invoice.")
    memory_bytes: int = Field(
        2 << 30, ge=512 << 20, description="Memory of one engine; over it the engine is restarted."
    )


class Ocr(_Section):
    """Text recognition, for pages that are pictures: by tesseract, one page at a time."""

    enabled: bool = Field(
        True,
        description=(
            "Recognise text at all. Without it, scans and photographs are filed unread (`no-text`), to"
            " be typed in."
        ),
    )
    program: Path = Field(
        Path("/usr/bin/tesseract"), description="The tesseract to run, an absolute path."
    )
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{3}(_[a-z]+)?$")]] = Field(
        ["eng", "fra", "deu", "nld", "spa", "ita"],
        min_length=1,
        description=(
            "Languages of the pages, as tesseract names them (apt install tesseract-ocr-fra); fewer"
            " are faster. While one of them is not installed, scans wait."
        ),
    )
    timeout_s: float = Field(
        20, gt=0, description="CPU seconds for one page; over it the page stays unread (`no-text`)."
    )
    memory_bytes: int = Field(
        1 << 30, ge=256 << 20, description="Address space for one page; over it it stays unread."
    )
    max_mail_pages: int = Field(
        20, ge=1, le=100, description="Pages recognised of one mail; the others stay unread."
    )
    max_mail_s: float = Field(
        120, gt=0, description="Seconds after which no further page of one mail is begun."
    )
    processes: int = Field(
        1,
        ge=1,
        le=64,
        description=(
            "How many workers judge mail with pages to recognise, beside worker.processes; at low"
            " priority, so that other mail goes first."
        ),
    )


class Printing(_Section):
    """The printer of bodies, for companies whose mails may be invoices themselves; one process for each
    body, which is confined as sandbox.mode says."""

    timeout_s: float = Field(
        10,
        gt=0,
        description="CPU seconds for one body, three times that by the clock; over it it is held.",
    )
    memory_bytes: int = Field(
        1 << 30, ge=256 << 20, description="Address space for printing one body."
    )


class Extraction(_Section):
    """How fields are read from pages."""

    templates: str = Field(
        "",
        description=(
            "Directory of invoice2data templates (YAML) for suppliers whose pages they know; empty for"
            " none. Needs ingestd[templates]."
        ),
    )


class Judgement(_Section):
    """How reasons are weighed for all companies; `company set` does it for one."""

    weights: Weights = Field(
        {"link-only": Weight.HOLD, "supplier-number-wrong": Weight.NOTE},
        description=(
            "Reason code to weight (note, ignore, hold, stop), where the catalogue's is not wanted. "
            "Security reasons cannot be made lighter."
        ),
    )


class Metrics(_Section):
    """Counters for Prometheus, over HTTP without a password: on a private address."""

    listen: str = Field(
        "",
        pattern=r"^$|^(\[[0-9a-f:.]+\]|[A-Za-z0-9.\-]+):\d{1,5}$",
        description="Address and port that answers /metrics (127.0.0.1:9464); empty for none.",
    )


class Log(_Section):
    """One event a line, on standard error."""

    format: str = Field(
        "auto",
        pattern="^(auto|human|json)$",
        description="`human`, `json`, or `auto`: human on a terminal and JSON otherwise.",
    )


class Settings(BaseSettings):
    """All settings, frozen. Make them with `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    smtp: Smtp = Smtp()
    addresses: Addresses = Addresses()
    storage: Storage = Storage()
    clamav: Clamav = Clamav()
    worker: Worker = Worker()
    sandbox: Sandbox = Sandbox()
    rules: Rules = Rules()
    ocr: Ocr = Ocr()
    printing: Printing = Printing()
    extraction: Extraction = Extraction()
    judgement: Judgement = Judgement()
    metrics: Metrics = Metrics()
    log: Log = Log()

    @property
    def database_url(self) -> str:
        """The database URL in force."""
        return self.storage.database or f"sqlite:///{self.storage.path / 'ingestd.sqlite3'}"

    @property
    def spool_path(self) -> Path:
        """The directory of the spool."""
        return self.storage.path / "spool"

    @property
    def rules_path(self) -> Path:
        """The directory of the installed rule packs."""
        return self.storage.path / "rules"

    @property
    def metrics_socket(self) -> Path | None:
        """Where the processes report what they count, None when nobody wants to know."""
        return self.storage.path / "metrics.sock" if self.metrics.listen else None

    @property
    def recipients_file(self) -> Path:
        """The snapshot of who receives here (`address.write_recipients`)."""
        return self.storage.path / "recipients.json"


def _locate(file: Path | None) -> Path | None:
    """Return the configuration file to read. Raises ConfigError when a named one is absent."""
    named = file or (Path(os.environ["INGESTD_CONFIG"]) if "INGESTD_CONFIG" in os.environ else None)
    if named is None:
        return SYSTEM_FILE if SYSTEM_FILE.exists() else None
    if not named.is_file():
        raise ConfigError(named, [("(file)", "there is no such file")])
    return named


def _read_toml(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(file, [("(file)", str(error))]) from error


def _unknown_variables() -> list[tuple[str, str]]:
    """Environment variables with our prefix that name no section; the library passes over them."""
    sections = tuple(f"{PREFIX}{section.upper()}__" for section in Settings.model_fields)
    return [
        (name, "no such setting")
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and "__" in name and not name.upper().startswith(sections)
    ]


def _not_json() -> list[tuple[str, str]]:
    """Variables of lists and tables that are not written as JSON; the library names only a section."""
    wanted = {
        variable(section, key)
        for section, key, field in keys()
        if type(field.default) in (list, dict)
    }
    found = []
    for name in sorted(wanted & os.environ.keys()):
        try:
            json.loads(os.environ[name])
        except ValueError:
            what = f"lists and tables are written as JSON (given: {os.environ[name]!r})"
            found.append((name, what))
    return found


def _problem(error: Mapping[str, Any]) -> tuple[str, str]:
    """Say one mistake in words; what should match a pattern is told by the setting's description."""
    steps = [str(step) for step in error["loc"] if step != "[key]"]
    path = ".".join(steps)
    if error["type"] == "extra_forbidden":
        return path, "no such setting"
    given = f"(given: {error['input']!r})"
    if error["type"] == "string_pattern_mismatch":
        wanted = [field.description for *where, field in keys() if where == steps[:2]]
        return path, f"not written as it should be {given}. {''.join(map(str, wanted))}".strip()
    return path, f"{error['msg'].removeprefix('Value error, ')} {given}"


def variable(section: str, key: str) -> str:
    """Return the environment variable that sets `section.key`."""
    return f"{PREFIX}{section}__{key}".upper()


def keys() -> list[tuple[str, str, FieldInfo]]:
    """Return every setting as (section, key, field), in the order of the documentation."""
    return [
        (section, key, field)
        for section, part in Settings.model_fields.items()
        for key, field in type(part.default).model_fields.items()
    ]


def load(file: Path | None = None) -> Settings:
    """Return the settings in force.

    `file` is the configuration file, else `INGESTD_CONFIG` names it, else /etc/ingestd/ingestd.toml
    when it is there, else the embedded defaults under ./var. Raises ConfigError with every mistake
    at once.
    """
    located = _locate(file)
    content = _read_toml(located)

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, InitSettingsSource(settings_cls, init_kwargs=content)

    problems = _unknown_variables()
    try:
        settings = Loaded()
    except ValidationError as error:
        problems += [_problem(dict(one)) for one in error.errors()]
    except SettingsError as error:
        problems += _not_json() or [("(environment)", str(error))]
    if problems:
        raise ConfigError(located, problems)
    return settings


def origins(file: Path | None = None) -> dict[str, str]:
    """Return for each `section.key` where its value came from: a variable, the file, or `default`."""
    located = _locate(file)
    content = _read_toml(located)
    environment = {name.upper() for name in os.environ}
    found = {}
    for section, key, _ in keys():
        if variable(section, key) in environment:
            found[f"{section}.{key}"] = variable(section, key)
        elif key in content.get(section, {}):
            found[f"{section}.{key}"] = str(located)
        else:
            found[f"{section}.{key}"] = "default"
    return found
