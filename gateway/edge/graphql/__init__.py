"""POST /graphql and the explorer: GraphQL as the public speaks it."""
