"use strict";
// Small helps, without which every page works as well: a copy button, a box that shows passwords,
// and the time that is left.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const copy = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.replaceAll(" ", "");
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = copy; }, 4000);
  });
}

for (const label of document.querySelectorAll("[data-show]")) {
  const form = label.closest("form");
  const fields = form.querySelectorAll("input[type=password]");
  const box = label.querySelector("input");
  const show = (yes) => { for (const field of fields) field.type = yes ? "text" : "password"; };
  box.checked = false;
  label.hidden = false;
  box.addEventListener("change", () => show(box.checked));
  form.addEventListener("submit", () => show(false)); // or the browser keeps what was typed
}

for (const line of document.querySelectorAll(".until")) {
  const time = line.querySelector("time");
  const end = new Date(Date.now() + line.dataset.seconds * 1000); // by this computer's clock, right or wrong
  time.textContent = end.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  const tell = () => {
    const left = Math.floor((end - Date.now()) / 1000);
    if (left <= 0) {
      line.textContent = line.dataset.over;
      return;
    }
    if (left < 60) {
      line.setAttribute("role", "timer");
      line.textContent = left === 1 ? line.dataset.leftOne : line.dataset.left.replace("59", left);
    }
    setTimeout(tell, left > 60 ? (left - 59) * 1000 : 1000);
  };
  tell();
}
