// The documents: the list and what narrows it, bringing files in, reading them again, and removing them.
import { chips, dates } from "./chips.js";
import { announce, byId, fill, sure } from "./page.js";
import * as scope from "./scope.js";
import { json, notice, request, run, send } from "./server.js";

const fields = () => [...byId("filters").querySelectorAll("select, input")];
let limit = 0;

export async function refresh() {
  const asked = new URLSearchParams(fields().filter((field) => field.value).map((field) => [field.name, field.value]));
  asked.set("search", byId("library-search").value);
  asked.set("limit", limit);
  try {
    const now = await json(`library?${asked}`);
    fill(byId("document-list"), now.html);
    fill(byId("unread"), now.unread);
    fill(byId("filter-fields"), now.filters);
    byId("count").textContent = now.count;
    document.body.classList.toggle("empty", now.count.startsWith("0 "));
    const examples = now.examples.map((question) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "example";
      button.textContent = question;
      item.append(button);
      return item;
    });
    byId("examples").querySelector("ul").replaceChildren(...examples);
    showFilters();
  } catch (problem) {
    fill(byId("document-list"), problem.html);
  }
}

function showFilters() {
  const value = (name) => byId("filters").querySelector(`[name="${name}"]`)?.value ?? "";
  const clear = (name) => {
    byId("filters").querySelector(`[name="${name}"]`).value = "";
    refresh();
  };
  const chosen = fields().filter((field) => field.matches("select") && field.value).map((field) => ({
    words: field.selectedOptions[0].textContent.replace(/ \([\d,]+\)$/, ""),
    remove: () => clear(field.name),
  }));
  chips(byId("filter-chips"), [...chosen, ...dates(value("after"), value("before"), clear)]);
}

let busy = false;

export async function add(files) {
  if (busy || !files.length) return;
  busy = true;
  location.hash = "#/library";
  fill(byId("added"), "");
  const bar = byId("progress-bar");
  const words = byId("progress-words");
  byId("progress").hidden = false;
  const names = [];
  const failed = [];
  try {
    for (const [index, { file, path }] of files.entries()) {
      words.textContent = `Copying ${index + 1} of ${files.length}: ${file.name}`;
      bar.value = index / files.length;
      try {
        const address = `library/files/${path.split("/").map(encodeURIComponent).join("/")}`;
        names.push((await (await request(address, { method: "PUT", body: file })).json()).name);
      } catch (problem) {
        failed.push(problem.html);
      }
    }
    if (names.length) await bringIn(names, bar, words, failed);
  } finally {
    busy = false;
    byId("progress").hidden = true;
    byId("added").insertAdjacentHTML("beforeend", failed.join(""));
    await refresh();
  }
}

function bringIn(names, bar, words, failed) {
  bar.removeAttribute("value");
  words.textContent = "Reading";
  return new Promise((resolve) => {
    run("add", [names], (event) => {
      if (event.kind === "progress") {
        if (event.total) bar.value = event.done / event.total;
        words.textContent = event.current ? `${event.words}: ${event.current}` : event.words;
      } else if (event.kind === "done") fill(byId("added"), event.html);
      else failed.push(event.html);
    }, (html) => {
      if (html) failed.push(html);
      resolve();
    });
  });
}

async function act(button) {
  const row = button.closest("tr");
  const id = row?.dataset.document;
  switch (button.dataset.action) {
    case "more":
      limit = byId("document-list").querySelectorAll("tbody tr").length + 200;
      await refresh();
      break;
    case "ask":
      scope.restore({ documents: [{ id, title: row.querySelector(".title").textContent }] });
      window.addEventListener("hashchange", () => byId("question").focus(), { once: true });
      location.hash = "#/";
      break;
    case "again":
      await again(button, send("POST", `documents/${id}/again`));
      break;
    case "remove":
      if (sure(button, "Remove it?")) await remove(id);
      break;
    default:
  }
}

async function again(button, asked) {
  button.disabled = true;
  button.textContent = "Reading …";
  announce("Reading it again");
  try {
    fill(byId("added"), await (await asked).text());
  } catch (problem) {
    fill(byId("added"), problem.html ?? notice("It could not be read again.", "Try once more."));
  }
  await refresh();
  byId("library-title").focus();
}

async function remove(id) {
  try {
    const gone = await (await send("DELETE", `documents/${id}`)).json();
    announce(`${gone.removed} removed`);
    fill(byId("added"), "");
  } catch (problem) {
    fill(byId("added"), problem.html ?? notice("It could not be removed.", "Try again."));
  }
  await refresh();
  byId("library-title").focus();
}

const plain = (files) => [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return plain(transfer.files);
  const found = [];
  const walk = async (entry) => {
    if (entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
      found.push({ file, path: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
      if (!some.length) return;
      for (const inner of some) await walk(inner);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

export function listen() {
  const pickers = { files: byId("files"), folder: byId("folder") };
  byId("adder").addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    if (button.dataset.pick !== "paste") {
      pickers[button.dataset.pick].click();
      return;
    }
    const form = byId("paste");
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) byId("paste-title").focus();
  });
  for (const picker of Object.values(pickers)) {
    picker.addEventListener("change", () => {
      const files = plain(picker.files);
      picker.value = "";
      add(files);
    });
  }
  byId("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    const title = byId("paste-title").value.trim();
    const file = new File([`${title}\n\n${byId("paste-text").value}`], `${title.replace(/[/\\]/g, "-")}.txt`);
    event.target.reset();
    event.target.hidden = true;
    add([{ file, path: file.name }]);
  });
  byId("document-list").addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button) act(button);
  });
  byId("unread").addEventListener("click", (event) => {
    const button = event.target.closest("[data-path]");
    if (button) again(button, send("POST", "library/again", { path: button.dataset.path }));
  });
  let waiting = 0;
  byId("library-search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 150);
  });
  byId("filters").querySelector("summary").dataset.chips = "filter-chips";
  byId("filters").addEventListener("change", refresh);

  let depth = 0;
  const veil = (yes) => { byId("dropping").hidden = !yes; };
  document.addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) veil(++depth > 0);
  });
  document.addEventListener("dragleave", (event) => {
    if (holdsFiles(event)) veil((depth = Math.max(0, depth - 1)) > 0);
  });
  document.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    veil(false);
    depth = 0;
    add(await dropped(event.dataTransfer));
  });
}
