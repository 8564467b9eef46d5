// Which documents a question is answered from, and how answers are made.
import { byId } from "./page.js";

const ticked = () => [...byId("choices").querySelectorAll("input:checked")];

export const chosenDocuments = () => ticked().map((box) => box.value);

export const chosenMode = () => byId("mode").querySelector("input:checked")?.value ?? "";

export function describe() {
  const boxes = ticked();
  const dated = byId("after").value || byId("before").value;
  let words = "All documents";
  if (boxes.length === 1) words = boxes[0].parentElement.textContent.trim();
  else if (boxes.length) words = `${boxes.length} documents`;
  if (words.length > 40) words = `${words.slice(0, 38)}…`;
  byId("scope-words").textContent = dated ? `${words}, by date` : words;
  const mode = byId("mode").querySelector("input:checked");
  byId("mode-words").textContent = mode ? mode.parentElement.querySelector("strong").textContent : "Quotes only";
}

export function listen() {
  for (const id of ["scope", "mode"]) byId(id).addEventListener("change", describe);
  byId("scope-search").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase();
    byId("choices").querySelectorAll("label").forEach((label) => { label.hidden = !label.textContent.toLowerCase().includes(words); });
  });
  byId("scope-clear").addEventListener("click", () => {
    ticked().forEach((box) => { box.checked = false; });
    byId("after").value = byId("before").value = "";
    describe();
  });
  document.addEventListener("pointerdown", (event) => {
    document.querySelectorAll("details.menu[open], details.export[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  // Enter in the search box of a menu must not send the question.
  byId("asker").querySelectorAll(".menu input").forEach((input) => input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  }));
  describe();
}
