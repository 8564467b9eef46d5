// How answers are made, and the menus below the question.
import { byId } from "./page.js";

export const chosenMode = () => byId("mode").querySelector("input:checked")?.value ?? "";

function describe() {
  const mode = byId("mode").querySelector("input:checked");
  byId("mode-words").textContent = mode ? mode.parentElement.querySelector("strong").textContent : "Quotes only";
}

export function listen() {
  byId("mode").addEventListener("change", describe);
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
