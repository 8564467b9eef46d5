// Which view is shown, by the address after "#"; everything else is in the part it belongs to.
import * as asking from "./asking.js";
import * as choices from "./choices.js";
import * as conversations from "./conversations.js";
import * as library from "./library.js";
import * as models from "./models.js";
import { byId } from "./page.js";
import * as reader from "./reader.js";
import * as scope from "./scope.js";

const VIEWS = ["ask", "conversations", "library", "models"];
const REFRESHED = { conversations, library, models };

function show(view) {
  for (const name of VIEWS) {
    byId(name).hidden = name !== view;
    const link = document.querySelector(`[data-view="${name}"]`);
    if (name === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function route() {
  const [, view, id] = location.hash.split("/");
  if (view in REFRESHED) {
    reader.close();
    show(view);
    await REFRESHED[view].refresh();
    byId(`${view}-title`).focus({ preventScroll: true });
    window.scrollTo(0, 0);
    return;
  }
  show("ask");
  if (view === "conversation" && id) await asking.resume(`conversations/${id}`);
  else if (view === "answer" && id) await asking.resume(`answers/${id}`);
}

function colours() {
  const order = ["", "light", "dark"];
  const words = { "": "as the system", light: "light", dark: "dark" };
  const label = () => byId("theme").setAttribute("aria-label", `Colours: ${words[document.documentElement.dataset.theme ?? ""]}`);
  byId("theme").addEventListener("click", () => {
    const next = order[(order.indexOf(document.documentElement.dataset.theme ?? "") + 1) % order.length];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    try {
      localStorage.setItem("rag-theme", next);
    } catch { /* storage may be shut off */ }
    label();
  });
  label();
}

for (const part of [asking, choices, conversations, library, models, reader, scope]) part.listen();
colours();
document.querySelector("[data-new]").addEventListener("click", asking.begin);
document.querySelector('[data-view="ask"]').addEventListener("click", () => {
  if (!byId("ask").hidden) asking.begin();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("question").focus();
});
window.addEventListener("hashchange", route);
await route();
if (!byId("ask").hidden && window.innerWidth >= 1024) byId("question").focus({ preventScroll: true });
