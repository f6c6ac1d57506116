"""What the operator console asks of the graph."""

from ui.document import Document
from ui.frame import OPERATOR_FRAME

ROW_FIELDS = """
fragment RowFields on WorkOrder {
  id reference state version claimedBy mine pay { text } problem allowed createdAt updatedAt
  order { id }
  lines {
    lineId fileName quantity
    model { id previewUrl } material { code name } finish { code name }
  }
}
"""
BOARD = Document(
    """
query Board($states: [WorkState!], $mine: Boolean, $search: String, $after: String) {
  ...Frame
  boardCounts { state count }
  board(states: $states, mine: $mine, search: $search, first: 25, after: $after) {
    nodes { ...RowFields }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + OPERATOR_FRAME
    + ROW_FIELDS
)
ROW = Document(
    """
query WorkRow($id: ID!) { ...Frame workOrder(id: $id) { ...RowFields } }
"""
    + OPERATOR_FRAME
    + ROW_FIELDS
)
WORK = Document(
    """
query Work($id: ID!) {
  ...Frame
  workOrder(id: $id) {
    id reference state version claimedBy mine pay { text } problem allowed createdAt updatedAt
    carrier trackingNumber
    order { id }
    address { name street city postalCode country }
    lines {
      lineId fileName quantity scale units rotation
      model {
        id fileName previewUrl viewerUrl downloadUrl
        report { boxMm volumeMm3 warnings { severity message } }
      }
      material { code name technology description } finish { code name description }
    }
  }
}
"""
    + OPERATOR_FRAME
)
EARNINGS = Document(
    """
query Earnings($day: String) {
  ...Frame
  earnings(day: $day) { day count total { text } entries { at reference step amount { text } } }
}
"""
    + OPERATOR_FRAME
)

MUTATIONS = {
    "claim": Document("mutation Claim($id: ID!) { claimWork(id: $id) { id state } }"),
    "release": Document("mutation Release($id: ID!) { releaseWork(id: $id) { id state } }"),
    "start": Document("mutation Start($id: ID!) { startProduction(id: $id) { id state } }"),
    "resume": Document("mutation Resume($id: ID!) { resumeWork(id: $id) { id state } }"),
    "finish": Document("mutation Finish($id: ID!) { finishProduction(id: $id) { id state } }"),
    "deliver": Document("mutation Deliver($id: ID!) { markDelivered(id: $id) { id state } }"),
}
REPORT = Document("""
mutation Report($id: ID!, $kind: ProblemKind!, $reason: String!) {
  reportProblem(id: $id, kind: $kind, reason: $reason) { id state }
}
""")
SHIP = Document("""
mutation Ship($id: ID!, $carrier: String!, $tracking: String!) {
  shipWork(id: $id, carrier: $carrier, trackingNumber: $tracking) { id state }
}
""")
