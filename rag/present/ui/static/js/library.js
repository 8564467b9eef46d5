// The documents: the list, bringing files in by choosing, dropping or pasting, and removing.
import { announce, byId, fill, sure } from "./page.js";
import { json, notice, request, run, send } from "./server.js";
import { describe } from "./choices.js";

export async function refresh() {
  try {
    const now = await json("library");
    fill(byId("document-list"), now.html);
    const ticked = new Set([...byId("choices").querySelectorAll("input:checked")].map((box) => box.value));
    const legend = byId("choices").querySelector("legend").outerHTML;
    fill(byId("choices"), legend + now.choices);
    byId("choices").querySelectorAll("input").forEach((box) => { box.checked = ticked.has(box.value); });
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
    describe();
    search();
  } catch (problem) {
    fill(byId("document-list"), problem.html);
  }
}

function search() {
  const words = byId("library-search").value.toLowerCase();
  byId("document-list").querySelectorAll("tbody tr").forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(words); });
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
  byId("document-list").addEventListener("click", async (event) => {
    const button = event.target.closest('[data-action="remove"]');
    if (!button || !sure(button, "Remove it?")) return;
    try {
      const gone = await (await send("DELETE", `documents/${button.closest("tr").dataset.document}`)).json();
      announce(`${gone.removed} removed`);
      fill(byId("added"), "");
    } catch (problem) {
      fill(byId("added"), problem.html ?? notice("It could not be removed.", "Try again."));
    }
    await refresh();
    byId("library-title").focus();
  });
  byId("library-search").addEventListener("input", search);

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
