// Requests to this machine. Every address is relative, so that a proxy's path prefix needs no setting.

export class Problem extends Error {
  constructor(html) {
    super("problem");
    this.html = html;
  }
}

export function notice(problem, remedy) {
  const box = document.createElement("div");
  box.className = "notice error";
  for (const [name, words] of [["problem", problem], ["remedy", remedy]]) {
    const line = document.createElement("p");
    line.className = name;
    line.textContent = words;
    box.append(line);
  }
  return box.outerHTML;
}

const GONE = notice("The page has lost rag.", "Check that rag serve is still running, then try again.");

export async function request(address, options = {}) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Problem(GONE);
  }
  if (response.ok) return response;
  const words = await response.text();
  let html;
  try {
    html = JSON.parse(words).html;
  } catch { /* not one of ours */ }
  throw new Problem(html || notice(words.slice(0, 200) || `rag answered ${response.status}.`, "Reload the page and try again."));
}

export const text = async (address) => (await request(address)).text();
export const json = async (address) => (await request(address)).json();

export function send(method, address, values) {
  const options = { method };
  if (values !== undefined) {
    options.body = JSON.stringify(values);
    options.headers = { "Content-Type": "application/json" };
  }
  return request(address, options);
}

// Runs one of Gradio's queued functions. `receive` gets each event; returns a function that stops it:
// the server closes the stream, and with it the model.
export function run(name, values, receive, ended) {
  let source = null;
  let over = false;
  const end = (html) => {
    if (over) return;
    over = true;
    source?.close();
    ended(html);
  };
  send("POST", `gradio_api/call/${name}`, { data: values })
    .then((response) => response.json())
    .then(({ event_id: event }) => {
      if (over) return;
      source = new EventSource(`gradio_api/call/${name}/${event}`);
      source.addEventListener("generating", (message) => receive(JSON.parse(message.data)[0]));
      source.addEventListener("complete", () => end());
      source.addEventListener("error", (message) => end(
        message.data ? notice("rag could not work on this.", "Ask again in a moment.") : GONE,
      ));
    })
    .catch((problem) => end(problem.html || GONE));
  return () => end();
}
