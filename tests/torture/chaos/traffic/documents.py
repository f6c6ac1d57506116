"""What customers, partners and staff ask."""

REGISTER = """mutation($email: String!, $name: String!, $password: String!) {
  register(email: $email, name: $name, password: $password) { token } }"""
SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { token } }"""
CATALOGUE = "{ products { model { id } } materials { code finishes { code } } }"

CREATE_UPLOAD = """mutation($name: String!, $size: Int!, $idempotencyKey: String!) {
  createUpload(fileName: $name, size: $size, idempotencyKey: $idempotencyKey) {
    model { id } url method headers { name value } } }"""
COMPLETE_UPLOAD = "mutation($id: ID!) { completeUpload(modelId: $id) { id status } }"
MODEL = "query($id: ID!) { model(id: $id) { status } }"

ORDER = "query($id: ID!) { order(id: $id) { id state total { amount } } }"
BASKET = "{ basket { id lines { model { id } quantity } } }"
ADD = """mutation($line: LineInput!, $idempotencyKey: String!) {
  addToBasket(line: $line, idempotencyKey: $idempotencyKey) { id reference state } }"""
PLACE = """mutation($id: ID!, $address: AddressInput!, $acceptedTotal: Int!) {
  placeOrder(orderId: $id, address: $address, acceptedTotal: $acceptedTotal)
  { id reference state } }"""
CANCEL = """mutation($id: ID!, $reason: String!) {
  cancelOrder(orderId: $id, reason: $reason) { id state } }"""
SUBMIT = """mutation($input: SubmitOrderInput!) {
  submitOrder(input: $input) { id reference state } }"""

REVIEWS = "{ reviews(state: PENDING, first: 50) { nodes { id order { id } } } }"
APPROVE = "mutation($id: ID!, $note: String!) { approveReview(id: $id, note: $note) { id state } }"
REJECT = """mutation($id: ID!, $reason: String!) {
  rejectReview(id: $id, reason: $reason) { id state } }"""

BOARD = """query($states: [WorkState!]!, $first: Int!) {
  board(states: $states, first: $first) { nodes { id state mine } } }"""
CLAIM = "mutation($id: ID!) { claimWork(id: $id) { id state } }"
RELEASE = "mutation($id: ID!) { releaseWork(id: $id) { id state } }"
START = "mutation($id: ID!) { startProduction(id: $id) { id state } }"
PROBLEM = """mutation($id: ID!, $kind: ProblemKind!, $reason: String!) {
  reportProblem(id: $id, kind: $kind, reason: $reason) { id state } }"""
RESUME = "mutation($id: ID!) { resumeWork(id: $id) { id state } }"
FINISH = "mutation($id: ID!) { finishProduction(id: $id) { id state } }"
SHIP = """mutation($id: ID!, $carrier: String!, $trackingNumber: String!) {
  shipWork(id: $id, carrier: $carrier, trackingNumber: $trackingNumber) { id state } }"""
DELIVER = "mutation($id: ID!) { markDelivered(id: $id) { id state } }"
