// The commands as the composer lists them: subcommands flattened to "limits set".

import { store } from "../base/store.js";
import { avatar } from "../base/avatar.js";

const CHAT_INPUT = 1;
const SUBCOMMAND = 1;
const GROUP = 2;

export function slashCommands() {
  return store.world.commands
    .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT)
    .flatMap((command) => flatten(command, command.name));
}

function flatten(command, path) {
  const below = (command.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (below.length) return below.flatMap((option) => flatten(option, `${path} ${option.name}`));
  return [{ path, description: command.description, options: command.options ?? [] }];
}

/** What fits the text after the slash, in any order of its words: names that begin with it first. */
export function matching(typed) {
  const wanted = typed.toLowerCase().replace(/\s+/g, " ");
  const words = wanted.split(" ");
  const found = slashCommands().filter((command) => {
    const text = `${command.path} ${command.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = ({ path }) =>
    path.startsWith(wanted) ? 0 : path.includes(wanted) ? 1 : words.every((word) => path.includes(word)) ? 2 : 3;
  return found.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}

export function asSuggestion(command) {
  const bot = store.world.users.find((user) => user.bot);
  return { text: `/${command.path}`, detail: command.description, face: avatar(bot, 28), value: command };
}

/** "/animate " typed in full, with the space behind it, picks the command. */
export function typedInFull(text) {
  return slashCommands().find((command) => text === `/${command.path} `) ?? null;
}
