"""What several consoles ask of the graph."""

from ui.document import Document

ME = Document("query Me { me { id name email roles } }")
QUOTE = Document("""
mutation RequestQuote($input: QuoteInput!) {
  requestQuote(input: $input) {
    status rough printSeconds materialMm3 review
    unit { amount currency text } total { amount currency text }
    low { amount text } high { amount text }
    breakdown { code label explanation amount { amount text } }
    job { id lane stage placeInLine expectedSeconds attempts problem createdAt }
    problem { code message }
  }
}
""")
LEAD_TIMES = "leadTimes { code name days factor }"
MATERIALS = """
fragment MaterialFields on Material {
  code name technology description color maxBoxMm minWallMm
  finishes { code name description }
}
"""
