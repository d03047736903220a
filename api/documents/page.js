"use strict";
function speak(language) {
  document.documentElement.lang = language;
  for (const one of ["vi", "en"]) {
    document.querySelector(`style.page-${one}`).media = one === language ? "all" : "not all";
  }
}
document.getElementById("language").addEventListener("click", () => speak(document.documentElement.lang === "vi" ? "en" : "vi"));
for (const button of document.querySelectorAll(".unfold")) {
  button.addEventListener("click", () => {
    const all = button.parentElement.classList.toggle("all");
    button.setAttribute("aria-expanded", String(all));
    for (const span of button.querySelectorAll("[data-fold]")) span.hidden = !span.hidden;
  });
}
window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
