/** Buttons that copy the address they stand beside. */
import { say } from "./words";

export function offerCopies(): void {
  // Browsers give the clipboard to pages of this machine or over https only.
  if (!("clipboard" in navigator)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.previousElementSibling?.textContent ?? "").then(() => {
        button.textContent = say("copied");
        setTimeout(() => (button.textContent = say("copy")), 2000);
      });
    });
  }
}
