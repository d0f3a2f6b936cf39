// Sends a command and says beside the composer what came of it.

import { byId, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { store } from "../base/store.js";
import { icon } from "../base/icons.js";
import { dots } from "../chat/components.js";
import { interact } from "../chat/interaction.js";
import { notice } from "../chat/notice.js";

export function tellProblem(text) {
  const line = byId("composer-problem");
  fill(line, text && icon("warn", 16), text);
  line.hidden = !text;
}

function tellProgress(text) {
  const line = byId("composer-progress");
  fill(line, text && dots(), text);
  line.hidden = !text;
}

/** → whether the sandbox took the command (`onTaken` is called at once then); its answer arrives as a message. */
export async function runCommand({ command, options = {}, target }, files = [], onTaken = () => {}) {
  tellProblem("");
  tellProgress(`Sending ${target ? command : `/${command}`}…`);
  const payload = { as: store.me.id, channel: store.channelId, command, options, ...(target ? { target } : {}) };
  let taken = false;
  try {
    const result = await interact(async () => {
      const answer = await api.command(payload, files);
      taken = true;
      onTaken();
      return answer;
    });
    if (unanswered(result)) notice("The application did not respond", { type: 2, name: command, user: store.me });
  } catch (error) {
    tellProblem(error.message);
  } finally {
    tellProgress("");
  }
  return taken;
}

const unanswered = (result) => result.state === "failed" || result.state === "waiting";
