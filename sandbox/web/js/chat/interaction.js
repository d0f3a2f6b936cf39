// One interaction from the press to the answer: waits for it, opens its modal, says when none came.

import { api } from "../base/api.js";
import { store } from "../base/store.js";
import { openModal } from "./modal.js";

const ANSWER_SECONDS = 5; // the application has 3; the rest is for the way

/** Resolves with the interaction's state; a modal is opened on the way. Throws Refused where the call itself was no good. */
export async function interact(send) {
  const as = store.me.id;
  const { interaction_id: id } = await send();
  const result = await api.interaction(id, ANSWER_SECONDS);
  if (result.state === "modal" && as === store.me.id)
    openModal(id, result.modal, (values, files) => submit(id, values, files, as));
  return result;
}

async function submit(id, values, files, as) {
  const result = await interact(() => api.submit({ as, interaction_id: id, values }, files));
  if (result.state === "failed" || result.state === "waiting") throw new Error("Something went wrong. Try again.");
  return result;
}
