const table = document.querySelector("#questions");
const bodies = () => [...table.tBodies];
const search = document.querySelector("#search");
const count = document.querySelector("#count");
let cause = "";

function show() {
  const wanted = search.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const body of bodies()) {
    const fits = (!cause || body.dataset.cause === cause) && body.textContent.toLocaleLowerCase().includes(wanted);
    body.hidden = !fits;
    shown += fits;
  }
  count.textContent = `${shown} of ${table.tBodies.length} questions`;
}

function open(body, wanted) {
  const more = body.querySelector(".more");
  more.hidden = !(wanted ?? more.hidden);
  body.querySelector(".open").setAttribute("aria-expanded", String(!more.hidden));
}

search.addEventListener("input", show);
for (const bar of document.querySelectorAll(".bar")) {
  bar.addEventListener("click", () => {
    cause = cause === bar.dataset.cause ? "" : bar.dataset.cause;
    for (const other of document.querySelectorAll(".bar")) {
      other.setAttribute("aria-pressed", String(other.dataset.cause === cause));
    }
    show();
  });
}
for (const head of table.tHead.querySelectorAll("th")) {
  head.querySelector("button").addEventListener("click", () => {
    const rising = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const key = head.dataset.key;
    const numeric = head.dataset.numeric === "yes";
    const value = (body) => (numeric ? Number(body.dataset[key]) : body.dataset[key]);
    const order = new Intl.Collator(undefined, { numeric: true }).compare;
    const sorted = bodies().sort((a, b) => {
      const found = numeric ? value(a) - value(b) : order(value(a), value(b));
      return rising ? found : -found;
    });
    table.append(...sorted);
  });
}
table.addEventListener("click", (event) => {
  const row = event.target.closest("tr.q");
  if (row) open(row.parentElement);
});
document.querySelector("#unfold").addEventListener("click", () => {
  const shown = bodies().filter((body) => !body.hidden);
  const wanted = shown.some((body) => body.querySelector(".more").hidden);
  for (const body of shown) open(body, wanted);
});
if (location.hash) {
  const body = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (body && body.tagName === "TBODY") open(body, true), body.scrollIntoView();
}
show();
