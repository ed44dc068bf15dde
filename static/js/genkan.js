// What pages gain with JavaScript: a password that can be shown, a sign that something is being sent, and focus that is never lost.
(() => {
"use strict";

const reveal = (root) => {
  for (const button of root.querySelectorAll(".password__show[hidden]")) button.hidden = false;
};

const show = (button, shown) => {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const status = button.closest(".field").querySelector("[data-password-status]");
  if (!input || (input.type === "text") === shown) return;
  input.type = shown ? "text" : "password";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  button.setAttribute("aria-label", shown ? button.dataset.hideName : button.dataset.showName);
  status.textContent = shown ? button.dataset.shown : button.dataset.hidden;
};

const idle = (form) => {
  form.removeAttribute("aria-busy");
  const label = form.querySelector("[data-busy] [data-label]");
  if (label && label.dataset.before) label.textContent = label.dataset.before;
};

const busy = (form) => {
  form.setAttribute("aria-busy", "true");
  setTimeout(() => {
    const label = form.querySelector("[data-busy] [data-label]");
    if (!label || form.getAttribute("aria-busy") !== "true") return;
    label.dataset.before = label.textContent;
    label.textContent = label.parentElement.dataset.busy;
  }, 400);
};

const hideAll = () => {
  for (const button of document.querySelectorAll(".password__show")) show(button, false);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest(".password__show");
  if (button) show(button, button.textContent === button.dataset.show);
});

// Before htmx sees it: a second press while the first is under way sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  hideAll();
  busy(form);
}, true);

// Escape leaves a form that stands in place of a row, as its own Cancel does; the focus stays where that link was.
document.addEventListener("click", (event) => event.target.closest("[hx-get]")?.focus());
document.addEventListener("keydown", (event) => {
  const cancel = event.key === "Escape" && event.target.closest("form")?.querySelector("[data-cancel]");
  if (cancel) cancel.click();
});

// Browsers that leave the focus on the body: to the summary, or whatever asks for it.
const settle = () => {
  reveal(document);
  const wanted = document.querySelector("main [autofocus]");
  if (wanted && document.activeElement === document.body) wanted.focus();
};

document.addEventListener("htmx:after:swap", settle);
document.addEventListener("htmx:error", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) idle(form);
  const status = document.getElementById("status");
  status.textContent = status.dataset.failed;
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) idle(form);
  hideAll();
  settle();
});

// A link in the summary: the label comes into view first, then the input has the focus.
document.addEventListener("click", (event) => {
  const link = event.target.closest('.notice a[href^="#"]');
  const input = link && document.getElementById(link.hash.slice(1));
  if (!input) return;
  event.preventDefault();
  document.querySelector(`label[for="${input.id}"]`)?.scrollIntoView();
  input.focus({ preventScroll: true });
});
})();
