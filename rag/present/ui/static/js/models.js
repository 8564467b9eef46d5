// Models and settings: what is chosen is kept at once; a download begins only by the button that says what it is.
import { announce, byId, fill } from "./page.js";
import { json, notice, send, text } from "./server.js";

export async function refresh() {
  try {
    fill(byId("models-body"), await text("models"));
  } catch (problem) {
    fill(byId("models-body"), problem.html);
  }
  follow();
}

function say(html) {
  fill(byId("models-said"), html);
}

function kept(now) {
  const legend = byId("mode").querySelector("legend").outerHTML;
  fill(byId("mode").querySelector("fieldset"), legend + now.modes);
  byId("mode").dispatchEvent(new Event("change"));
  say(now.note ? notice(now.note, "") : "");
  announce("Kept");
}

let following = false;

// While a model is fetched: its progress, twice a second.
async function follow() {
  if (following) return;
  following = true;
  try {
    while (byId("models-body").querySelector("[data-fetching]") && !byId("models").hidden) {
      const now = await json("models/fetch");
      if (now.status !== "running") {
        await refreshWith(now);
        break;
      }
      byId("fetch-words").textContent = now.words;
      if (now.share === null) byId("fetch-bar").removeAttribute("value");
      else byId("fetch-bar").value = now.share;
      await new Promise((resolve) => { setTimeout(resolve, 500); });
    }
  } catch (problem) {
    say(problem.html ?? notice("The page has lost rag.", "Reload it."));
  } finally {
    following = false;
  }
}

async function refreshWith(now) {
  fill(byId("models-body"), await text("models"));
  announce({ done: `${now.name} is here`, stopped: "Stopped", failed: "The download failed" }[now.status] ?? "");
  const row = [...byId("models-body").querySelectorAll("[data-model]")].find((one) => one.dataset.model === now.name);
  row?.querySelector("button")?.focus();
}

const working = async (button, words, act) => {
  const before = button.textContent;
  button.disabled = true;
  button.textContent = words;
  try {
    await act();
  } catch (problem) {
    say(problem.html ?? notice("That did not work.", "Try again."));
    byId("models-said").scrollIntoView({ block: "nearest" });
  }
  button.disabled = false;
  button.textContent = before;
};

async function fetchModel(address, agreed) {
  await send("POST", "models/fetch", { address, agreed });
  await refresh();
  byId("models-body").querySelector('[data-action="fetch-stop"]')?.focus();
}

async function act(button) {
  const value = button.dataset.value;
  switch (button.dataset.action) {
    case "get":
      button.nextElementSibling.hidden = false;
      button.hidden = true;
      button.nextElementSibling.querySelector("button").focus();
      break;
    case "not-now": {
      const asked = button.closest(".ask");
      if (asked) {
        asked.hidden = true;
        asked.previousElementSibling.hidden = false;
        asked.previousElementSibling.focus();
      } else {
        fill(byId("other-confirm"), "");
        byId("other-address").focus();
      }
      break;
    }
    case "fetch":
      await working(button, "Beginning …", () => fetchModel(button.dataset.address, button.dataset.hub));
      break;
    case "fetch-on": // what would be fetched is shown once more
      await working(button, "…", async () => {
        fill(button.parentElement, await text(`models/confirm?${new URLSearchParams({ address: value })}`));
      });
      byId("models-body").querySelector('[data-action="fetch"]:not([hidden] *)')?.focus();
      break;
    case "fetch-stop":
      await working(button, "Stopping …", () => send("DELETE", "models/fetch"));
      break;
    case "use":
      await working(button, "Loading …", async () => {
        kept(await (await send("POST", "models/use", { name: value })).json());
        await refresh();
        byId("models-title").focus();
      });
      break;
    case "pace":
      await working(button, "Measuring …", async () => fill(byId("pace"), await (await send("POST", "models/pace")).text()));
      break;
    default:
  }
}

export function listen() {
  const body = byId("models-body");
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (button) act(button);
  });
  body.addEventListener("change", async (event) => {
    const { name, value } = event.target;
    const values = { "set-mode": { mode: value }, "set-risk": { risk: Number(value) } }[name];
    if (!values) return;
    try {
      kept(await (await send("POST", "models/settings", values)).json());
    } catch (problem) {
      say(problem.html ?? notice("That could not be kept.", "Try again."));
      await refresh();
    }
  });
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = new URLSearchParams({ address: byId("other-address").value.trim() });
    try {
      fill(byId("other-confirm"), await text(`models/confirm?${asked}`));
      byId("other-confirm").querySelector("button").focus();
    } catch (problem) {
      fill(byId("other-confirm"), problem.html);
    }
  });
}
