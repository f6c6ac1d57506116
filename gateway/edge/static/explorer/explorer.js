"use strict";

// A stream is for subscriptions; everything else is answered as JSON.
const HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

// Not a generator: one that waits for the next event could not be stopped.
function responses(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const waiting = [];
  let read = "";

  async function next() {
    while (waiting.length === 0) {
      const { done, value } = await reader.read();
      if (done) return { done: true, value: undefined };
      const events = (read + value).split("\n\n");
      read = events.pop();
      for (const event of events) {
        const data = event.match(/^event: next\ndata: (.*)$/);
        if (data) waiting.push(JSON.parse(data[1]));
      }
    }
    return { done: false, value: waiting.shift() };
  }

  async function stop() {
    await reader.cancel();
    return { done: true, value: undefined };
  }

  return { next, return: stop, [Symbol.asyncIterator]() { return this; } };
}

async function fetcher(operation, options) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { ...HEADERS, ...(options && options.headers) },
    body: JSON.stringify(operation),
    credentials: "same-origin",
  });
  const kind = answer.headers.get("content-type") || "";
  return kind.startsWith("text/event-stream") ? responses(answer) : answer.json();
}

const place = document.getElementById("explorer");

ReactDOM.createRoot(place).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: place.dataset.greeting,
    defaultEditorToolsVisibility: true,
  }),
);
