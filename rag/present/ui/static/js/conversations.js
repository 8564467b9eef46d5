// What was asked before: the list, renaming, deleting; and what can be done with one answer.
import { announce, briefly, byId, fill, sure } from "./page.js";
import { send, text } from "./server.js";
import { ask } from "./asking.js";

export async function refresh() {
  try {
    const words = byId("conversation-search").value;
    fill(byId("conversation-list"), await text(`conversations?${new URLSearchParams({ search: words })}`));
  } catch (problem) {
    fill(byId("conversation-list"), problem.html);
  }
}

function rename(row) {
  const link = row.querySelector(".title");
  const input = document.createElement("input");
  input.className = "rename";
  input.maxLength = 200;
  input.value = link.textContent;
  input.setAttribute("aria-label", "New name");
  let over = false;
  const end = async (keep) => {
    if (over) return;
    over = true;
    if (keep && input.value.trim()) await send("PATCH", `conversations/${row.dataset.conversation}`, { title: input.value });
    await refresh();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") end(false);
  });
  input.addEventListener("blur", () => end(true));
  link.replaceWith(input);
  input.focus();
  input.select();
}

async function copy(words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const held = document.createElement("textarea");
  held.value = words;
  document.body.append(held);
  held.select();
  document.execCommand("copy");
  held.remove();
  return undefined;
}

async function review(actions, verdict, correction = "") {
  await send("POST", `answers/${actions.dataset.answer}/review`, { verdict, correction });
  actions.querySelector('[data-action="right"]').setAttribute("aria-pressed", String(verdict === "right"));
  const form = actions.querySelector(".correction");
  form.hidden = true;
  actions.querySelector('[data-action="wrong"]').setAttribute("aria-expanded", "false");
  actions.querySelector(".said").textContent = verdict ? "Kept for evaluation. Thank you." : "";
}

async function act(button) {
  const actions = button.closest(".actions");
  const id = actions.dataset.answer;
  switch (button.dataset.action) {
    case "copy":
      await copy(await text(`answers/${id}/footnotes`));
      briefly(button, "Copied");
      break;
    case "link":
      await copy(`${location.href.split("#")[0]}#/answer/${id}`);
      briefly(button, "Link copied");
      break;
    case "again":
      ask(button.closest(".turn").querySelector(".question").textContent, id);
      break;
    case "right":
      await review(actions, button.getAttribute("aria-pressed") === "true" ? "" : "right");
      break;
    case "wrong": {
      const form = actions.querySelector(".correction");
      form.hidden = !form.hidden;
      button.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) form.querySelector("input").focus();
      break;
    }
    default:
  }
}

export function listen() {
  let waiting = 0;
  byId("conversation-search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 180);
  });
  byId("conversation-list").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-action]");
    const row = button?.closest("li");
    if (!row) return;
    if (button.dataset.action === "rename") rename(row);
    else if (button.dataset.action === "delete" && sure(button, "Delete it?")) {
      await send("DELETE", `conversations/${row.dataset.conversation}`);
      announce("Conversation deleted");
      await refresh();
      byId("conversations-title").focus();
    }
  });
  byId("turns").addEventListener("click", (event) => {
    const button = event.target.closest(".actions [data-action]");
    if (button) act(button).catch((problem) => announce(problem.message));
  });
  byId("turns").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const verdict = form.querySelector("input:checked")?.value ?? "wrong";
    review(form.closest(".actions"), verdict, form.querySelector("textarea").value).catch((problem) => announce(problem.message));
  });
}
