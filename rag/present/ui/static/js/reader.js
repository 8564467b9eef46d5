// The document beside the answer, at the quote; and the card with the quote on hover and focus.
import { announce, byId, fill } from "./page.js";
import { text } from "./server.js";

let opener = null;      // the button that the open quote belongs to
let side = "formatted"; // or "text", or "page": what this person chose last

const openers = () => {
  const turn = opener?.closest(".answer");
  if (!turn || !opener.dataset.quote) return [];
  const seen = new Set();
  return [...turn.querySelectorAll("[data-quote]")].filter((button) => {
    const key = `${button.dataset.open}:${button.dataset.start}:${button.dataset.end}`;
    return !seen.has(key) && seen.add(key);
  });
};

const same = (a, b) => a.dataset.open === b.dataset.open && a.dataset.start === b.dataset.start && a.dataset.end === b.dataset.end;

export async function open(button, focus = true) {
  hideCard();
  document.querySelectorAll("[data-open][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  if (button.dataset.around === undefined) {
    opener = button;
    if (button.dataset.start) button.setAttribute("aria-current", "true");
  }
  const page = button.dataset.page;
  const drawn = page && side === "page";
  const body = byId("body");
  const seen = opener?.getBoundingClientRect().top;
  byId("reader").hidden = false;
  document.body.classList.add("reading");
  // The column gets narrower; what was clicked stays where the eye is.
  if (opener?.isConnected) window.scrollBy(0, opener.getBoundingClientRect().top - seen);
  body.setAttribute("aria-busy", "true");
  const { start, end, around } = button.dataset;
  const plain = side === "text" ? "text" : undefined;
  const query = new URLSearchParams(Object.entries({ start, end, around, side: plain }).filter(([, value]) => value !== undefined));
  const address = `documents/${encodeURIComponent(button.dataset.open)}${drawn ? `/pages/${page}` : ""}?${query}`;
  try {
    fill(body, await text(address));
  } catch (problem) {
    fill(body, problem.html);
  }
  body.removeAttribute("aria-busy");
  showSides(Boolean(page), drawn ? "page" : body.querySelector(".formatted") ? "formatted" : "text");
  place();
  if (focus) body.focus({ preventScroll: true });
  // A mark may begin with signs of Markdown, which are hidden.
  const target = [...body.querySelectorAll("mark, .page rect")].find((mark) => mark.getClientRects().length);
  if (target) {
    centre(body, target);
    requestAnimationFrame(() => centre(body, target)); // parts that were not painted now have their true height
  } else body.scrollTop = 0;
  if (window.innerWidth < 1024) opener?.closest(".claim, li")?.scrollIntoView({ block: "start" });
  announce(`${body.querySelector("h2")?.textContent ?? "Document"} opened${target ? " at the quote" : ""}.`);
}

function showSides(paged, shown) {
  const formatted = Boolean(byId("body").querySelector("[data-formatted]"));
  const offered = { formatted, text: true, page: paged };
  byId("sides").hidden = !paged && !formatted;
  byId("sides").querySelectorAll("button").forEach((button) => {
    button.hidden = !offered[button.dataset.side];
    button.setAttribute("aria-pressed", String(button.dataset.side === shown));
  });
}

// Scrolls the document only: scrollIntoView would move the answer too.
function centre(body, target) {
  const frame = body.getBoundingClientRect();
  const at = target.getBoundingClientRect();
  body.scrollTop += at.top - frame.top - Math.max(24, (frame.height - at.height) * 0.4);
}

function place() {
  const all = openers();
  const at = all.findIndex((button) => opener && same(button, opener));
  byId("steps").hidden = at < 0;
  byId("position").textContent = `${at + 1} of ${all.length}`;
  byId("previous").disabled = at <= 0;
  byId("next").disabled = at >= all.length - 1;
}

function step(by) {
  const all = openers();
  const to = all[all.findIndex((button) => same(button, opener)) + by];
  if (to) open(to, false);
}

export function close() {
  if (byId("reader").hidden) return;
  byId("reader").hidden = true;
  fill(byId("body"), "");
  document.body.classList.remove("reading");
  opener?.removeAttribute("aria-current");
  if (opener?.isConnected) opener.focus();
  opener = null;
}

// The card
let shown = null;
let waiting = 0;

function showCard(button) {
  const card = byId("card");
  const quote = document.createElement("p");
  quote.textContent = `“${button.dataset.quote}”`;
  const origin = document.createElement("p");
  origin.textContent = button.dataset.origin;
  card.replaceChildren(quote, origin);
  card.hidden = false;
  const at = button.getBoundingClientRect();
  const left = Math.max(16, Math.min(at.left - 24, window.innerWidth - card.offsetWidth - 16));
  const below = at.bottom + 8;
  const above = at.top - card.offsetHeight - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 60 || below + card.offsetHeight > window.innerHeight ? Math.max(8, above) : below}px`;
  button.setAttribute("aria-describedby", "card");
  shown = button;
}

function hideCard() {
  clearTimeout(waiting);
  byId("card").hidden = true;
  shown?.removeAttribute("aria-describedby");
  shown = null;
}

const cited = (event) => event.target.closest?.("[data-quote]");

export function listen() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open]");
    if (button) open(button);
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || event.target.closest?.("#card")) {
      clearTimeout(waiting);
      return;
    }
    const button = cited(event);
    clearTimeout(waiting);
    if (button) waiting = setTimeout(() => showCard(button), shown ? 0 : 160);
    else if (shown && !shown.matches(":focus-visible")) waiting = setTimeout(hideCard, 250);
  });
  document.addEventListener("focusin", (event) => {
    const button = cited(event);
    if (button?.matches(":focus-visible")) showCard(button);
    else hideCard();
  });
  document.addEventListener("scroll", () => { if (shown) hideCard(); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open], details.export[open]");
    if (shown) hideCard();
    else if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else close();
  });
  byId("close").addEventListener("click", close);
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("sides").addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-side]");
    if (!chosen || !opener) return;
    side = chosen.dataset.side;
    open(opener, false);
  });
}
