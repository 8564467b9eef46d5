// A question: its stages as they happen, its sentences as they are checked, and how to stop it.
import { announce, byId, fill } from "./page.js";
import { close } from "./reader.js";
import { json, run } from "./server.js";
import { chosenMode } from "./choices.js";
import * as scope from "./scope.js";

const WORDS = { searching: "Searching", reading: "Reading", writing: "Writing", checking: "Checking" };

let conversation = "";
let stopRunning = null;

export function begin() {
  halt();
  close();
  if (conversation) scope.restore(null);
  conversation = "";
  byId("turns").replaceChildren();
  document.body.classList.remove("asked");
  byId("question").placeholder = "Ask a question";
}

export async function resume(address) {
  if (address === `conversations/${conversation}`) return;
  halt();
  close();
  try {
    const kept = await json(address);
    conversation = kept.conversation;
    scope.restore(kept.scope);
    fill(byId("turns"), kept.html);
  } catch (problem) {
    conversation = "";
    fill(byId("turns"), `<article class="turn">${problem.html}</article>`);
  }
  asked();
}

function asked() {
  document.body.classList.add("asked");
  byId("question").placeholder = "Ask another question";
}

export function ask(question, again = "") {
  question = question.trim();
  if (!question || stopRunning) return;
  asked();
  const turn = document.createElement("article");
  turn.className = "turn";
  turn.setAttribute("aria-busy", "true");
  const heading = document.createElement("h2");
  heading.className = "question";
  heading.textContent = question;
  const stages = document.createElement("ol");
  stages.className = "stages";
  const answer = document.createElement("div");
  answer.className = "answer";
  turn.append(heading, stages, answer);
  byId("turns").append(turn);
  turn.scrollIntoView({ block: "start" });
  announce("Searching");
  running(true);

  const receive = (event) => {
    if (event.kind === "stage") stage(stages, event.name);
    else if (event.kind === "stage-done") done(stages, event.name, event.seconds);
    else if (event.kind === "claims") fill(answer, event.html);
    else {
      fill(answer, event.html);
      stages.remove();
      if (event.kind !== "answer") {
        answer.firstElementChild.setAttribute("role", "alert");
        return;
      }
      turn.dataset.answer = event.answer;
      conversation = event.conversation;
      history.replaceState(null, "", `#/conversation/${conversation}`);
      announce(event.spoken);
    }
  };
  const only = scope.values();
  const values = [question, conversation, only.documents, chosenMode(), again, only.after, only.before, only.folder];
  const end = run("ask", values, receive, (html) => {
    stopRunning = null;
    running(false);
    turn.removeAttribute("aria-busy");
    if (stages.isConnected) {
      stages.remove();
      if (html) fill(answer, html);
      else answer.insertAdjacentHTML("beforeend", '<p class="facts">Stopped. Nothing was kept.</p>');
    }
  });
  stopRunning = end;
}

export function halt() {
  if (!stopRunning) return;
  stopRunning();
  announce("Stopped");
}

function running(yes) {
  byId("send").hidden = yes;
  byId("stop").hidden = !yes;
  if (!yes && document.activeElement === document.body) byId("question").focus({ preventScroll: true });
}

function stage(stages, name) {
  if (stages.querySelector(`[data-stage="${CSS.escape(name)}"]`)) return;
  const item = document.createElement("li");
  item.dataset.stage = name;
  item.textContent = WORDS[name] ?? name;
  stages.append(item);
  announce(item.textContent);
}

function done(stages, name, seconds) {
  const item = stages.querySelector(`[data-stage="${CSS.escape(name)}"]`);
  if (!item) return;
  item.className = "done";
  item.textContent = `${WORDS[name] ?? name} ${seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`}`;
}

export function listen() {
  const box = byId("question");
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("asker").requestSubmit();
    }
  });
  byId("asker").addEventListener("submit", (event) => {
    event.preventDefault();
    if (stopRunning || !box.value.trim()) return;
    const question = box.value;
    box.value = "";
    grow();
    ask(question);
  });
  byId("stop").addEventListener("click", () => {
    halt();
    box.focus();
  });
  byId("examples").addEventListener("click", (event) => {
    const example = event.target.closest(".example");
    if (example) ask(example.textContent);
  });
}
