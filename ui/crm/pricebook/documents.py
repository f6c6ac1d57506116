"""What the pages of the price book ask of the graph."""

from ui.document import Document
from ui.frame import CRM_FRAME

_SECTION = """
fragment Section on PriceBookSection {
  code name entryName extensible
  fields { name label kind unit hint required fixed options }
  entries { code title values }
}
"""
_VERSION = """
fragment Version on PriceBookVersion { version validFrom publishedBy reason copiedFrom }
"""
_LINE = """
fragment Line on PreviewLine {
  lineId material finish quantity problem changePercent
  before { text } after { text } change { amount text }
  order { id reference }
}
"""
BOOK = Document(
    """
query PriceBook($version: Int) {
  ...Frame
  priceBook(version: $version) {
    ...Version
    changes { sentence }
    sections { ...Section }
  }
  inForce: priceBook { version }
  priceBookVersions(first: 12) { ...Version }
  priceBookDraft { id basedOn changedAt }
}
"""
    + _SECTION
    + _VERSION
    + CRM_FRAME
)
DRAFT = Document(
    """
query PriceBookDraft {
  ...Frame
  priceBookDraft {
    id revision basedOn copiedFrom overtaken changedAt
    changes { section code sentence }
    publishedMeanwhile { sentence }
    sections { ...Section }
  }
}
"""
    + _SECTION
    + CRM_FRAME
)
ENTRY = Document(
    """
query PriceBookEntry($account: ID!, $agreement: Boolean!) {
  ...Frame
  priceBookDraft { id revision basedOn sections { ...Section } }
  customer(id: $account) @include(if: $agreement) { id name email }
}
"""
    + _SECTION
    + CRM_FRAME
)
ACCOUNTS = Document(
    """
query PriceBookAccounts($search: String, $kind: CustomerKind, $after: String) {
  ...Frame
  priceBookDraft { basedOn sections { code entries { code } } }
  customers(search: $search, kind: $kind, first: 25, after: $after) {
    nodes { id name email since }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + CRM_FRAME
)
PREVIEW = Document(
    """
query PriceBookPreview {
  ...Frame
  priceBookDraft {
    id revision
    preview(days: 30) {
      orders ofOrders complete comparedLines raisedLines loweredLines unknownLines lostLines
      before { text } after { text } change { minor text } changePercent
      largest { ...Line } lost { ...Line }
    }
  }
}
"""
    + _LINE
    + CRM_FRAME
)
BEGIN = Document("""
mutation BeginDraft($version: Int, $key: String) {
  draftPriceBook(version: $version, idempotencyKey: $key) { id }
}
""")
CHANGE = Document("""
mutation ChangeDraft(
  $draft: ID!, $revision: Int!, $section: String!, $code: String
  $values: [PriceBookValueInput!]!, $key: String
) {
  changePriceBookDraft(
    draft: $draft, revision: $revision, section: $section, code: $code, values: $values
    idempotencyKey: $key
  ) { id revision }
}
""")
REMOVE = Document("""
mutation RemoveFromDraft(
  $draft: ID!, $revision: Int!, $section: String!, $code: String!, $key: String
) {
  removeFromPriceBookDraft(
    draft: $draft, revision: $revision, section: $section, code: $code, idempotencyKey: $key
  ) { id revision }
}
""")
CARRY_OVER = Document("""
mutation CarryOverDraft($draft: ID!, $revision: Int!, $key: String) {
  carryOverPriceBookDraft(draft: $draft, revision: $revision, idempotencyKey: $key) { id revision }
}
""")
DISCARD = Document("""
mutation DiscardDraft($draft: ID!) { discardPriceBookDraft(draft: $draft) }
""")
PUBLISH = Document("""
mutation PublishDraft($draft: ID!, $revision: Int!, $reason: String!, $key: String) {
  publishPriceBookDraft(
    draft: $draft, revision: $revision, reason: $reason, idempotencyKey: $key
  ) { version }
}
""")
