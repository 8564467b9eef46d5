// What is narrowed down, as small labels that are taken away one by one.
import { announce } from "./page.js";

export function chips(list, items) {
  list.replaceChildren(...items.map(({ words, remove }) => {
    const item = document.createElement("li");
    const said = document.createElement("span");
    said.textContent = words;
    said.title = words;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `Take away: ${words}`);
    button.addEventListener("click", () => {
      remove();
      announce(`${words} taken away`);
      (list.querySelector("button") ?? document.querySelector(`[data-chips="${list.id}"]`))?.focus();
    });
    item.append(said, button);
    return item;
  }));
  list.hidden = !items.length;
}

const asDay = (date) => new Date(`${date}T00:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

export function dates(after, before, remove) {
  const items = [];
  if (after) items.push({ words: `From ${asDay(after)}`, remove: () => remove("after") });
  if (before) items.push({ words: `Until ${asDay(before)}`, remove: () => remove("before") });
  return items;
}
