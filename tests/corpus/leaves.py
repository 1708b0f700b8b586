"""Which elements of the corpus' invoices reach the model, and which are left out.

    python -m tests.corpus.leaves           prints the paths that are not read, most frequent first

In each valid XML every text is replaced by a mark of its own; what is read is then looked through for the
marks. A mark that is nowhere is a value that would be dropped without a word.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from lxml import etree

from ingestd.en16931 import cii, ubl, xml, zugferd1
from tests.corpus.conftest import CorpusFile, corpus_rows, find_corpus

BINDINGS = {
    ubl.INVOICE: ubl.read,
    ubl.CREDIT_NOTE: ubl.read,
    cii.INVOICE: cii.read,
    zugferd1.INVOICE: zugferd1.read,
}
SELECTING = (
    "/ChargeIndicator",
    "/ChargeIndicator/Indicator",
    "AdditionalReferencedDocument/TypeCode",
    "DocumentReference/DocumentTypeCode",
    "PartyTaxScheme/TaxScheme/ID",
    "InvoiceCurrencyCode",
    "TaxCurrencyCode",
    "DocumentCurrencyCode",
)
"""Ends of the paths of what the bindings choose by; it stays as it is and counts as read."""

FIRST_ONLY = (
    "PayeePartyCreditorFinancialAccount/ProprietaryID",  # BT-84: the IBAN of the same account
    "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",  # BT-9: instalments (EXTENDED)
    "DefinedTradeContact/DepartmentName",  # BT-41, BT-56: the person, where there are both
    "TradeAgreement/GrossPriceProductTradePrice/BasisQuantity",  # BT-149: the one of the net price
    "AppliedTradeAllowanceCharge/ActualAmount",  # BT-147 (EXTENDED)
    "AssociatedDocumentLineDocument/IncludedNote/Content",  # BT-127 (EXTENDED)
    "ApplicableTradeTax/DueDateTypeCode",  # BT-8, repeated for each rate
    "SpecifiedLineTradeSettlement/ApplicableTradeTax/CategoryCode",  # BT-151, BT-152: a second tax
    "SpecifiedLineTradeSettlement/ApplicableTradeTax/RateApplicablePercent",
)
"""Ends of paths of terms that EN 16931 has once, and some documents several times: the first is read."""

NOT_TERMS = (
    # What is always the same: VAT as the kind of tax, the version of UBL, names of codes
    *("TaxScheme/ID", "TaxScheme/TaxTypeCode", "TradeTax/TypeCode", "UBLVersionID"),
    *("TaxCategory/Name", "SpecifiedProcuringProject/Name", "ExchangedDocument/Name"),
    *("HeaderExchangedDocument/Name", "TestIndicator/Indicator", "IncludedNote/ContentCode"),
    *("ReferenceTypeCode", "DocumentStatusCode"),
    *("DesignatedProductClassification/ClassName", "ApplicableProductCharacteristic/TypeCode"),
    # Parties, contacts and tax numbers that EN 16931 has no term for
    *("InvoiceeTradeParty", "ShipFromTradeParty", "ItemSellerTradeParty", "ServiceProviderParty"),
    *("PayerParty", "Delivery/DeliveryParty", "DeliveryTerms", "FaxUniversalCommunication"),
    *("ShipToTradeParty/DefinedTradeContact", "ShipToTradeParty/SpecifiedTaxRegistration"),
    *("PayeeTradeParty/DefinedTradeContact", "PayeeTradeParty/PostalTradeAddress"),
    *("LineTradeDelivery/ShipToTradeParty", "SupplyChainTradeDelivery/ShipToTradeParty"),
    *("AccountingCustomerParty/Party/PartyTaxScheme/CompanyID", "SupplierAssignedAccountID"),
    *("TradeParty/SpecifiedTaxRegistration/ID", "PartyTaxScheme/TaxLevelCode"),
    # References below a line, and the dates of references
    *(
        "DespatchLineReference",
        "OrderLineReference/OrderReference",
        "DeliveryNoteReferencedDocument",
    ),
    *("LineTradeAgreement/AdditionalReferencedDocument", "QuotationReferencedDocument"),
    *("LineItem/SpecifiedLineTradeAgreement/SellerOrderReferencedDocument", "ParentLineID"),
    *("LineItem/SpecifiedLineTradeAgreement/BuyerOrderReferencedDocument/IssuerAssignedID",),
    *("LineItem/SpecifiedSupplyChainTradeAgreement/BuyerOrderReferencedDocument/ID",),
    *("LineItem/SpecifiedLineTradeAgreement/ContractReferencedDocument/IssuerAssignedID",),
    *("LineTradeSettlement/AdditionalReferencedDocument/IssuerAssignedID",),  # not of type 130
    *("InvoiceLine/DocumentReference/ID", "CustomerOrderReferencedDocument"),
    *("ReferencedDocument/FormattedIssueDateTime", "ReferencedDocument/IssueDateTime"),
    *("OrderReference/IssueDate", "ExternalReference/FileName", "ExternalReference/MimeCode"),
    # Sub-lines, components, packages, and what a line adds up besides its net amount
    *("SubInvoiceLine", "IncludedReferencedProduct", "IndividualTradeProductInstance"),
    *("PackageQuantity", "LineMonetarySummation/GrandTotalAmount", "Line/TaxTotal/TaxAmount"),
    *("LineMonetarySummation/TaxTotalAmount", "LineMonetarySummation/TotalAllowanceChargeAmount"),
    *("LineDocument/IncludedNote/SubjectCode", "LineTradeSettlement/ApplicableTradeTax/Exemption"),
    # How a price, an allowance or a tax was calculated
    *("AppliedTradeAllowanceCharge/BasisAmount", "AppliedTradeAllowanceCharge/CalculationPercent"),
    *("AppliedTradeAllowanceCharge/Reason", "AppliedTradeAllowanceCharge/BasisQuantity"),
    *("ApplicableTradeTax/AllowanceChargeBasisAmount", "ApplicableTradeTax/LineTotalBasisAmount"),
    *("CategoryTradeTax/Exemption", "TransactionCurrencyTaxAmount", "WithholdingTaxTotal"),
    # Early payment discount, advance payments, details of banks and cards
    *("ApplicableTradePaymentDiscountTerms", "SpecifiedAdvancePayment", "CardAccount/NetworkID"),
    *("PaymentTerms/Amount", "PaymentTerms/PaymentMeansID", "PaymentMeans/ID", "InstructionNote"),
    *("FinancialInstitution/GermanBankleitzahlID", "FinancialInstitution/Name"),
    "UBLExtensions",
)
"""Parts of paths of elements that are no term of EN 16931: extensions, and what goes without saying."""


@dataclass(frozen=True)
class Coverage:
    """How often the texts at each path were read, and how often not."""

    read: Counter[str]
    dropped: Counter[str]
    files: int

    @property
    def unexplained(self) -> list[str]:
        """The paths of terms that were dropped."""
        return sorted(path for path in self.dropped if not is_explained(path))


def is_explained(path: str) -> bool:
    """Tell whether a text at a path may be left out, by one of the two lists."""
    return path.endswith(FIRST_ONLY) or any(part in path for part in NOT_TERMS)


def path_of(element: etree._Element) -> str:
    """Return the local names from below the document element down to an element."""
    names = [etree.QName(one).localname for one in (element, *element.iterancestors())]
    return "/".join(reversed(names[:-1]))


def cover(files: Iterable[CorpusFile]) -> Coverage:
    """Mark and read every file that a binding is for."""
    read: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    count = 0
    for file in files:
        root = xml.parse(file.content)
        binding = BINDINGS.get(str(root.tag))
        if binding is None:
            continue
        count += 1
        marks = dict(_marked(root))
        found = set(_texts(binding(root, "1")))
        for mark, path in marks.items():
            (read if any(mark in text for text in found) else dropped)[path] += 1
    return Coverage(read, dropped, count)


def _marked(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Replace each text, and yield the mark in its place and its path."""
    for number, element in enumerate(root.iter(etree.Element)):
        path = path_of(element)
        if len(element) or not (element.text or "").strip() or path.endswith(SELECTING):
            continue
        element.text = f"~{number}~"
        yield element.text, path


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a value of the model, unreadable ones included."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in ("sources", "xml"):
                yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def main() -> int:
    """Print the paths that are not read, and how often; 1 when a term of EN 16931 is among them."""
    corpus = find_corpus()
    if corpus is None:
        print("THE CORPUS IS NOT HERE: no shared/corpus above this repository")
        return 1
    files = [file for file in corpus_rows(corpus) if file.path.endswith(".xml")]
    covered = cover(file for file in files if file.expected == "valid")
    for path, number in sorted(covered.dropped.items()):
        told = "" if is_explained(path) else "  A TERM"
        print(f"{number:6} not read {covered.read[path]:6} read  {path}{told}")
    read, dropped = covered.read.total(), covered.dropped.total()
    print(f"{covered.files} files: {read} of {read + dropped} texts are read")
    return 1 if covered.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
