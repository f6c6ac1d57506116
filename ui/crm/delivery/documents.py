"""What the pages on delivery ask of the graph. Every service answers for its own database."""

from shared.settings import SERVICES
from ui.document import Document
from ui.frame import CRM_FRAME

_LETTER = """
fragment Letter on DeadLetter {
  consumer eventId state type producer aggregateId version correlationId attempts error
  failedAt nextAttemptAt appliedAt discardedAt discardedBy discardReason waiting
}
"""
_ACT = """
fragment Act on DeliveryAct { id at act actor consumer eventId reason }
"""
_GROUP = """
fragment Group on DeadLetterGroup { consumer type error count firstAt lastAt }
"""


def _of_all(fields: str) -> str:
    return " ".join(f"{service}Delivery {{ {fields} }}" for service in SERVICES)


COUNT = Document(f"query DeadLetterCount {{ {_of_all('dead')} }}")
OVERVIEW = Document(
    f"""
query Delivery {{
  ...Frame
  {_of_all("...Standing")}
}}
fragment Standing on ServiceDelivery {{
  service dead
  outgoing {{ unpublished oldestAt }}
  readers {{ consumer behind oldestAt confirmedAt }}
  consumers {{ name retrying nextAttemptAt parked oldestParkedAt dead }}
  watermarks {{ consumer producer checkedAt }}
  deadLetterGroups {{ ...Group }}
  acts(first: 30) {{ ...Act }}
}}
"""
    + _GROUP
    + _ACT
    + CRM_FRAME
)
LETTERS = {
    service: Document(
        f"""
query {service.capitalize()}Letters(
  $consumer: String, $type: String, $error: String, $discarded: Boolean!, $after: String
) {{
  ...Frame
  {service}Delivery {{
    deadLetterGroups {{ ...Group }}
    deadLetters(
      consumer: $consumer, type: $type, error: $error, includeDiscarded: $discarded, after: $after
      first: 25
    ) {{ nodes {{ ...Letter }} pageInfo {{ endCursor hasNextPage }} }}
  }}
}}
"""
        + _GROUP
        + _LETTER
        + CRM_FRAME
    )
    for service in SERVICES
}
LETTER = {
    service: Document(
        f"""
query {service.capitalize()}Letter($consumer: String!, $event: ID!) {{
  ...Frame
  {service}Delivery {{
    deadLetter(consumer: $consumer, eventId: $event) {{
      ...Letter trace payload {{ form text size cut }}
    }}
    acts(first: 20, eventId: $event) {{ ...Act }}
  }}
}}
"""
        + _LETTER
        + _ACT
        + CRM_FRAME
    )
    for service in SERVICES
}
REDRIVE = {
    service: Document(f"""
mutation {service.capitalize()}Redrive($letters: [DeadLetterKey!], $group: DeadLetterGroupKey) {{
  {service}Redrive(letters: $letters, group: $group) {{ letters left }}
}}
""")
    for service in SERVICES
}
DISCARD = {
    service: Document(f"""
mutation {service.capitalize()}Discard(
  $letters: [DeadLetterKey!], $group: DeadLetterGroupKey, $reason: String!
) {{
  {service}Discard(letters: $letters, group: $group, reason: $reason) {{ letters left }}
}}
""")
    for service in SERVICES
}
