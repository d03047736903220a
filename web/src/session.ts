/** Signing in and out, where the service has accounts. */
import { ask, Refusal } from "./asking";
import { make } from "./elements";
import { say } from "./words";

const SESSION = "/api/v1/session";

export function offerSession(): void {
  const begin = document.querySelector<HTMLButtonElement>("#sign-in");
  const end = document.querySelector<HTMLButtonElement>("#sign-out");
  if (begin !== null) {
    begin.hidden = false;
    begin.addEventListener("click", () => signIn().showModal());
  }
  if (end !== null) {
    end.hidden = false;
    end.addEventListener("click", () => void signOut());
  }
}

function signIn(): HTMLDialogElement {
  const name = make("input", { id: "account", autocomplete: "username", required: true });
  const password = make("input", { id: "password", type: "password", autocomplete: "current-password", required: true });
  const trouble = make("p", { class: "caution", role: "alert" });
  trouble.hidden = true;
  const form = make(
    "form",
    {},
    make("h2", {}, say("signIn")),
    make("label", {}, say("name"), name),
    make("label", {}, say("password"), password),
    trouble,
    make("button", { type: "submit" }, say("signIn")),
  );
  const close = make("button", { type: "button", class: "close", "aria-label": say("close") }, "×");
  const dialog = make("dialog", {}, close, form);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = JSON.stringify({ name: name.value, password: password.value });
    ask(SESSION, { method: "POST", body, headers: { "Content-Type": "application/json" } })
      .then(() => location.reload())
      .catch((error: unknown) => {
        trouble.textContent = error instanceof Refusal ? error.message : String(error);
        trouble.hidden = false;
      });
  });
  document.body.append(dialog);
  return dialog;
}

async function signOut(): Promise<void> {
  const { csrf_token } = await ask<{ csrf_token: string | null }>(SESSION);
  await ask(SESSION, { method: "DELETE", headers: csrf_token === null ? {} : { "X-CSRF-Token": csrf_token } });
  location.reload();
}
