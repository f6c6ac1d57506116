"""What the editor asks of the graph."""

from ui.document import Document
from ui.documents import LEAD_TIMES, MATERIALS
from ui.frame import SHOP_FRAME

MODEL_FIELDS = """
fragment ModelFields on Model {
  id fileName size status format createdAt previewUrl
  rejection { code message }
}
"""
UPLOADS = Document(
    """
query Uploads($after: String) {
  ...Frame
  myModels(first: 24, after: $after) {
    nodes { ...ModelFields report { boxMm } }
    pageInfo { endCursor hasNextPage } totalCount
  }
}
"""
    + SHOP_FRAME
    + MODEL_FIELDS
)
MODEL = Document(
    """
query Model($id: ID!) {
  ...Frame
  model(id: $id) {
    ...ModelFields viewerUrl downloadUrl mine
    repairedFrom { id fileName status } repairedAs { id fileName status }
    report {
      units unitsCertain boxMm volumeMm3 areaMm2 triangles bodies watertight
      warnings { code severity message }
      repair { openEdges triangles message }
    }
  }
  materials { ...MaterialFields }
"""
    + LEAD_TIMES
    + "}"
    + SHOP_FRAME
    + MODEL_FIELDS
    + MATERIALS
)
CREATE_UPLOAD = Document("""
mutation CreateUpload($fileName: String!, $size: Int!, $contentType: String, $key: String) {
  createUpload(
    fileName: $fileName, size: $size, contentType: $contentType, idempotencyKey: $key
  ) {
    model { id } url method headers { name value } expiresAt
  }
}
""")
COMPLETE_UPLOAD = Document("""
mutation CompleteUpload($id: ID!) { completeUpload(modelId: $id) { id status } }
""")
LAYING = Document("""
query Laying($id: ID!, $units: Units!, $scale: Float!, $material: String!) {
  model(id: $id) {
    id
    analysis(units: $units, scale: $scale, material: $material) {
      smallestWallMm trappedMm3
      orientations { code rotation printSeconds supportMm3 }
    }
  }
}
""")
REPAIR_MODEL = Document("""
mutation RepairModel($id: ID!, $key: String) {
  repairModel(modelId: $id, idempotencyKey: $key) { id fileName }
}
""")
DELETE_MODEL = Document("mutation DeleteModel($id: ID!) { deleteModel(modelId: $id) }")
