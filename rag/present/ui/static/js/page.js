// Small things that every part of the page uses.

export const byId = (id) => document.getElementById(id);

// Pieces of HTML come from this machine only and hold nothing but escaped text; the policy allows no script.
export function fill(element, html) {
  element.innerHTML = html;
}

export function announce(words) {
  const place = byId("announcer");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = words; });
}

export function briefly(button, words) {
  const before = button.textContent;
  button.textContent = words;
  announce(words);
  setTimeout(() => { button.textContent = before; }, 1800);
}

// A button that asks once more before it does what cannot be undone.
export function sure(button, words) {
  if (button.classList.contains("sure")) return true;
  const before = button.textContent;
  button.classList.add("sure");
  button.textContent = words;
  const calm = () => {
    button.classList.remove("sure");
    button.textContent = before;
  };
  button.addEventListener("blur", calm, { once: true });
  return false;
}
