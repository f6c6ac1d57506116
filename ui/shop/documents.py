"""What the shop asks of the graph."""

from ui.document import Document
from ui.documents import LEAD_TIMES, MATERIALS
from ui.frame import SHOP_FRAME

HOME = Document(
    """
query Home {
  ...Frame
  products {
    id slug name description
    model { id previewUrl report { boxMm } }
    defaultMaterial { code name } defaultFinish { code name }
  }
}
"""
    + SHOP_FRAME
)
PRODUCT = Document(
    """
query Product($slug: String!) {
  ...Frame
  product(slug: $slug) {
    id slug name description
    model {
      id fileName status previewUrl viewerUrl
      report { units boxMm volumeMm3 areaMm2 triangles }
    }
    defaultMaterial { code } defaultFinish { code }
  }
  materials { ...MaterialFields }
"""
    + LEAD_TIMES
    + "}"
    + SHOP_FRAME
    + MATERIALS
)
MATERIALS_PAGE = Document(
    """
query Materials { ...Frame materials { ...MaterialFields } }
"""
    + SHOP_FRAME
    + MATERIALS
)

LINE_FIELDS = """
fragment LineFields on OrderLine {
  id fileName quantity scale units rotation leadTime
  model { id status previewUrl }
  material { code name } finish { code name }
  unitPrice { amount currency text } total { amount currency text }
}
"""
OFFER_FIELDS = "fragment OfferFields on Offer { revision lines { lineId net { text } } }"
ADDRESS_FIELDS = "fragment AddressFields on Address { name street city postalCode country }"

BASKET = Document(
    """
query Basket {
  me { id name email roles }
  basket {
    id reference state revision allowed priceExpiresAt
    lines { ...LineFields }
    total { amount currency text }
    problem { code message }
    shippingAddress { ...AddressFields }
    pricing { stage placeInLine expectedSeconds problem }
    offer { ...OfferFields }
    price { revision tax { amount text } validUntil }
  }
  materials { code name finishes { code name } }
"""
    + LEAD_TIMES
    + "}"
    + LINE_FIELDS
    + OFFER_FIELDS
    + ADDRESS_FIELDS
)
ADD_LINE = Document("""
mutation AddLine($line: LineInput!, $key: String) {
  addToBasket(line: $line, idempotencyKey: $key) { id reference }
}
""")
CHANGE_LINE = Document("""
mutation ChangeLine($order: ID!, $line: ID!, $change: LineChange!) {
  changeLine(orderId: $order, lineId: $line, change: $change) { id revision }
}
""")
REMOVE_LINE = Document("""
mutation RemoveLine($order: ID!, $line: ID!) {
  removeLine(orderId: $order, lineId: $line) { id revision }
}
""")
PLACE = Document("""
mutation Place($order: ID!, $address: AddressInput!, $total: Int!) {
  placeOrder(orderId: $order, address: $address, acceptedTotal: $total) { id reference }
}
""")

ORDERS = Document(
    """
query Orders($states: [OrderState!], $after: String) {
  ...Frame
  myOrders(states: $states, first: 20, after: $after) {
    nodes {
      id reference state createdAt updatedAt placedAt total { text }
      lines { id fileName quantity model { id previewUrl } }
    }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + SHOP_FRAME
)
ORDER = Document(
    """
query Order($id: ID!) {
  ...Frame
  order(id: $id) {
    id reference state revision channel partnerReference createdAt updatedAt placedAt
    priceExpiresAt allowed
    total { amount currency text } autoPlaceUpTo { text }
    lines { ...LineFields }
    shippingAddress { ...AddressFields }
    problem { code message }
    history { at from to event note }
    pricing { stage placeInLine expectedSeconds problem }
    offer { ...OfferFields }
    price {
      tax { amount text } total { amount text }
      lines { lineId unit { amount text } total { amount text }
        breakdown { code label explanation amount { amount text } } printSeconds materialMm3
        review }
    }
    notifications { id kind recipient subject state createdAt sentAt }
  }
}
"""
    + SHOP_FRAME
    + LINE_FIELDS
    + OFFER_FIELDS
    + ADDRESS_FIELDS
)
CANCEL = Document("""
mutation Cancel($id: ID!, $reason: String) { cancelOrder(orderId: $id, reason: $reason) { id } }
""")

SIGN_IN = Document("""
mutation SignIn($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { token expiresAt account { name roles } }
}
""")
REGISTER = Document("""
mutation Register($email: String!, $name: String!, $password: String!) {
  register(email: $email, name: $name, password: $password) {
    token expiresAt account { name roles }
  }
}
""")
SIGN_OUT = Document("mutation SignOut { signOut }")
ACCOUNT = Document(
    """
query Account($partner: Boolean!) {
  ...Frame
  apiKeys @include(if: $partner) { id name prefix createdAt lastUsedAt revokedAt }
  myNotifications(first: 10) { id kind subject state createdAt sentAt }
}
"""
    + SHOP_FRAME
)
CREATE_KEY = Document("""
mutation CreateKey($name: String!, $key: String) {
  createApiKey(name: $name, idempotencyKey: $key) { key apiKey { id name } }
}
""")
REVOKE_KEY = Document("mutation RevokeKey($id: ID!) { revokeApiKey(id: $id) { id name } }")

WEBHOOK_FIELDS = """
fragment WebhookFields on Webhook {
  id url description events createdAt disabledAt disabledReason
}
"""
WEBHOOKS = Document(
    """
query Webhooks {
  ...Frame
  webhooks { ...WebhookFields deliveries(first: 1) { id state createdAt sentAt } }
}
"""
    + SHOP_FRAME
    + WEBHOOK_FIELDS
)
WEBHOOK = Document(
    """
query Webhook($after: String) {
  ...Frame
  webhooks {
    ...WebhookFields
    deliveries(first: 25, after: $after) {
      id messageId event orderId body state attempts lastStatus lastError createdAt dueAt sentAt
      cursor
    }
  }
}
"""
    + SHOP_FRAME
    + WEBHOOK_FIELDS
)
CREATE_WEBHOOK = Document("""
mutation CreateWebhook(
  $url: String!, $description: String!, $events: [WebhookEvent!]!, $key: String
) {
  createWebhook(url: $url, description: $description, events: $events, idempotencyKey: $key) {
    secret webhook { id url }
  }
}
""")
TEST_WEBHOOK = Document("mutation TestWebhook($id: ID!) { testWebhook(id: $id) { id } }")
ENABLE_WEBHOOK = Document("mutation EnableWebhook($id: ID!) { enableWebhook(id: $id) { id } }")
DISABLE_WEBHOOK = Document("mutation DisableWebhook($id: ID!) { disableWebhook(id: $id) { id } }")
ROTATE_WEBHOOK = Document("""
mutation RotateWebhook($id: ID!, $key: String) {
  rotateWebhookSecret(id: $id, idempotencyKey: $key) { secret webhook { id } }
}
""")
DELETE_WEBHOOK = Document("mutation DeleteWebhook($id: ID!) { deleteWebhook(id: $id) }")
RESEND_WEBHOOK = Document("""
mutation ResendWebhook($id: ID!) { resendWebhookDelivery(id: $id) { id } }
""")
