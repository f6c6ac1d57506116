"""What the pages of offers ask of the graph."""

from ui.document import Document
from ui.frame import CRM_FRAME

_OFFER = """
fragment OfferFields on Offer {
  orderId revision state askedAt decidedAt decidedBy reason
  lines { lineId material finish quantity scale units leadTime why
    net { amount text } before { amount text } }
}
"""
OFFERS = Document(
    """
query Offers($after: String) {
  ...Frame
  offersToMake(first: 25, after: $after) {
    nodes {
      ...OfferFields
      order {
        id reference state revision channel partnerReference customer { id name }
        problem { code message }
        lines { id fileName quantity model { id previewUrl } }
      }
    }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + _OFFER
    + CRM_FRAME
)
OFFER = Document(
    """
query Offer($id: ID!) {
  ...Frame
  order(id: $id) {
    id reference state revision channel partnerReference createdAt total { amount currency text }
    customer { id name email kind }
    problem { code message }
    lines {
      id fileName quantity
      model { id previewUrl downloadUrl report { boxMm volumeMm3 warnings { severity message } } }
      material { code name } finish { code name }
    }
    offer { ...OfferFields }
  }
}
"""
    + _OFFER
    + CRM_FRAME
)
MAKE = Document("""
mutation MakeOffer(
  $order: ID!, $revision: Int!, $amounts: [OfferAmountInput!]!, $reason: String!, $key: String
) {
  makeOffer(
    orderId: $order, revision: $revision, amounts: $amounts, reason: $reason, idempotencyKey: $key
  ) { orderId state }
}
""")
DECLINE = Document("""
mutation DeclineOffer($order: ID!, $revision: Int!, $reason: String!, $key: String) {
  declineOffer(orderId: $order, revision: $revision, reason: $reason, idempotencyKey: $key) {
    orderId state
  }
}
""")
