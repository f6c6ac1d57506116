"""What the CRM console asks of the graph."""

from ui.document import Document
from ui.frame import CRM_FRAME

REVIEWS = Document(
    """
query Reviews($state: ReviewState, $search: String, $minTotal: Int, $after: String) {
  ...Frame
  reviews(state: $state, search: $search, minTotal: $minTotal, first: 25, after: $after) {
    nodes {
      id state automatic reasons createdAt decidedAt decidedBy total { text }
      customer { id name kind }
      order { id reference lines { id fileName quantity model { id previewUrl } } }
    }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + CRM_FRAME
)
REVIEW = Document(
    """
query Review($id: ID!) {
  ...Frame
  review(id: $id) {
    id state automatic reasons createdAt decidedAt decidedBy decision total { amount text }
    customer { id name email kind since orderCount notes { at author text } }
    order {
      id reference state channel partnerReference createdAt placedAt
      total { amount currency text }
      lines {
        id fileName quantity scale units
        model { id previewUrl downloadUrl report { boxMm warnings { severity message } } }
        material { code name } finish { code name }
        unitPrice { amount text } total { amount text }
      }
      shippingAddress { name street city postalCode country }
      price {
        tax { amount text }
        lines { lineId unit { amount text } total { amount text }
          breakdown { code label explanation amount { amount text } } }
      }
    }
  }
}
"""
    + CRM_FRAME
)
APPROVE = Document("""
mutation Approve($id: ID!, $note: String) { approveReview(id: $id, note: $note) { id state } }
""")
REJECT = Document("""
mutation Reject($id: ID!, $reason: String!) { rejectReview(id: $id, reason: $reason) { id state } }
""")

CUSTOMERS = Document(
    """
query Customers($search: String, $kind: CustomerKind, $after: String) {
  ...Frame
  customers(search: $search, kind: $kind, first: 25, after: $after) {
    nodes { id name email kind since orderCount }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + CRM_FRAME
)
CUSTOMER = Document(
    """
query Customer($id: ID!) {
  ...Frame
  customer(id: $id) { id name email kind since orderCount notes { at author text } }
  reviews(customerId: $id, first: 25) {
    nodes {
      id state createdAt total { text }
      order { id reference state updatedAt }
    }
    pageInfo { endCursor hasNextPage }
  }
}
"""
    + CRM_FRAME
)
ADD_NOTE = Document("""
mutation AddNote($id: ID!, $text: String!, $key: String) {
  addCustomerNote(customerId: $id, text: $text, idempotencyKey: $key) { id }
}
""")

ORDERS = Document(
    """
query Orders($states: [OrderState!], $search: String, $after: String) {
  ...Frame
  orders(states: $states, search: $search, first: 25, after: $after) {
    nodes {
      id reference state channel createdAt updatedAt partnerReference total { text }
      customer { id name }
    }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + CRM_FRAME
)
JOURNEY = Document(
    """
query Journey($id: ID!) {
  ...Frame
  order(id: $id) {
    id reference state channel revision partnerReference createdAt updatedAt placedAt
    total { text } customer { id name kind }
    lines { id fileName quantity material { name } finish { name } model { id previewUrl } }
    problem { code message }
    journey { at service event summary secondsSincePrevious actor }
    review { id state }
    offer { state }
    pricing { id stage lane attempts problem }
    work { id state claimedBy carrier trackingNumber problem }
    notifications { id kind subject state createdAt sentAt attempts lastError }
  }
}
"""
    + CRM_FRAME
)
RETRY_PRICING = Document(
    "mutation RetryPricing($id: ID!) { retryPricing(jobId: $id) { id stage } }"
)
STUCK = Document(
    """
query Stuck {
  ...Frame
  stuckOrders(first: 100) {
    since lastEvent why whatToDo
    order { id reference state total { text } customer { id name } }
  }
}
"""
    + CRM_FRAME
)
MAILBOX = Document(
    """
query Mailbox($state: NotificationState) {
  ...Frame
  notifications(state: $state, first: 50) {
    id kind recipient subject state createdAt sentAt attempts lastError
  }
  mailbox(first: 50) { id to subject at text }
}
"""
    + CRM_FRAME
)
RESEND = Document("mutation Resend($id: ID!) { resendNotification(id: $id) { id state } }")
