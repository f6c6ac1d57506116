"use strict";

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json" };

async function fetcher(operation, options) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { ...JSON_HEADERS, ...(options && options.headers) },
    body: JSON.stringify(operation),
    credentials: "same-origin",
  });
  return answer.json();
}

const DEFAULT_QUERY = `# The graph of Partline. Sign in on the pages to ask as yourself,
# or put an API key into the headers below: {"X-Api-Key": "plk_…"}
{
  materials {
    code
    name
    technology
    finishes { code name }
  }
}
`;

ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: DEFAULT_QUERY,
    defaultEditorToolsVisibility: true,
  }),
);
