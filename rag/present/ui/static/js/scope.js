// Which documents a question is answered from: chosen in a menu, shown as chips, kept with the answer.
import { chips, dates } from "./chips.js";
import { byId, fill } from "./page.js";
import { json } from "./server.js";

const NAMED = 5; // more documents than these share one chip

const documents = new Map(); // id → title
let folder = { path: "", name: "" };

export const values = () => ({
  documents: [...documents.keys()], folder: folder.path, after: byId("after").value, before: byId("before").value,
});

export function restore(scope) {
  documents.clear();
  for (const { id, title } of scope?.documents ?? []) documents.set(id, title);
  folder = { path: scope?.folder ?? "", name: scope?.folder_name ?? "" };
  byId("after").value = scope?.after ?? "";
  byId("before").value = scope?.before ?? "";
  show();
}

function show() {
  let items = [...documents].map(([id, title]) => ({ words: title, remove: () => { documents.delete(id); show(); } }));
  if (items.length > NAMED) items = [{ words: `${items.length} documents`, remove: () => { documents.clear(); show(); } }];
  if (folder.path) items.push({ words: `Folder ${folder.name}`, remove: () => { folder = { path: "", name: "" }; show(); } });
  items.push(...dates(byId("after").value, byId("before").value, (id) => { byId(id).value = ""; show(); }));
  chips(byId("chips"), items);
  byId("scope-words").textContent = items.length ? "Only some documents" : "All documents";
  byId("scope-folder").value = folder.path;
  byId("choices").querySelectorAll("input").forEach((box) => { box.checked = documents.has(box.value); });
}

export async function refresh() {
  if (!byId("scope").open) return;
  const legend = byId("choices").querySelector("legend").outerHTML;
  try {
    const now = await json(`library/choices?${new URLSearchParams({ search: byId("scope-search").value })}`);
    fill(byId("choices"), legend + now.html);
    byId("scope-folders").hidden = !now.folders;
    fill(byId("scope-folder"), `<option value="">Any folder</option>${now.folders}`);
  } catch (problem) {
    fill(byId("choices"), legend + problem.html);
  }
  show();
}

export function listen() {
  byId("scope").querySelector("summary").dataset.chips = "chips";
  byId("scope").addEventListener("toggle", refresh);
  let waiting = 0;
  byId("scope-search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 150);
  });
  byId("choices").addEventListener("change", ({ target }) => {
    if (target.checked) documents.set(target.value, target.parentElement.textContent.trim());
    else documents.delete(target.value);
    show();
  });
  byId("scope-folder").addEventListener("change", ({ target }) => {
    folder = { path: target.value, name: target.selectedOptions[0].textContent.replace(/ \([\d,]+\)$/, "") };
    show();
  });
  for (const id of ["after", "before"]) byId(id).addEventListener("change", show);
  show();
}
