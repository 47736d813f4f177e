"use strict";
const kind = document.getElementById("kind");
const verdict = document.getElementById("verdict");
const words = document.getElementById("words");
const count = document.getElementById("count");
const questions = [...document.querySelectorAll("details.q")].map((element) => ({ element, text: null }));

// Read at the first search only: a thousand questions are some megabytes of words.
function textOf(question) {
  question.text ??= [...question.element.querySelectorAll(".asked, .said, summary code")]
    .map((each) => each.textContent.toLowerCase())
    .join(" ");
  return question.text;
}

function passes(question, wanted) {
  const { dataset } = question.element;
  if (kind.value && dataset.kind !== kind.value) return false;
  if (verdict.value === "failed" && dataset.failed === undefined) return false;
  if (verdict.value && verdict.value !== "failed" && dataset.verdict !== verdict.value) return false;
  return !wanted || textOf(question).includes(wanted);
}

function filter() {
  const wanted = words.value.trim().toLowerCase();
  let shown = 0;
  for (const question of questions) {
    question.element.hidden = !passes(question, wanted);
    shown += question.element.hidden ? 0 : 1;
  }
  count.textContent = shown === questions.length ? `${shown} questions` : `${shown} of ${questions.length} questions`;
}

function openLinked() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  target.hidden = false;
  target.open = true;
  target.scrollIntoView({ block: "start" });
}

document.querySelector(".filters").hidden = false;
for (const control of [kind, verdict, words]) control.addEventListener("input", filter);
addEventListener("hashchange", openLinked);
filter();
openLinked();
