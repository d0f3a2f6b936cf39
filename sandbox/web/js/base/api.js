// The calls to the sandbox, one function each; a refusal comes back as an Error with one sentence.

export class Refused extends Error {}

async function ask(method, path, { query, json, form } = {}) {
  const address = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
  const answer = await reach(address, {
    method,
    body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
    headers: json === undefined ? {} : { "Content-Type": "application/json" },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(sentence(text) ?? `The sandbox answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Refused("The sandbox can’t be reached. Is it still running?");
  }
}

function sentence(text) {
  try {
    return JSON.parse(text).error ?? null;
  } catch {
    return null;
  }
}

function multipart(payload, files) {
  const form = new FormData();
  form.set("payload_json", JSON.stringify(payload));
  for (const [name, file] of files) form.append(name, file, file.name);
  return form;
}

const channel = (id) => `/sandbox/channels/${encodeURIComponent(id)}/messages`;

const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

export const api = {
  world: (as, channelId) => ask("GET", "/sandbox/world", { query: given({ as, channel: channelId }) }),
  messages: (channelId, as) => ask("GET", channel(channelId), { query: { as, limit: 100 } }),
  say: (channelId, as, content, files) =>
    ask("POST", channel(channelId), {
      form: multipart(
        { as, content },
        files.map((file, i) => [`files[${i}]`, file]),
      ),
    }),
  remove: (channelId, messageId, as) =>
    ask("POST", `/sandbox/messages/${channelId}/${messageId}/delete`, { json: { as } }),
  command: (payload, files) => ask("POST", "/sandbox/commands", { form: multipart(payload, files) }),
  autocomplete: (payload) => ask("POST", "/sandbox/autocomplete", { json: payload }),
  press: (payload) => ask("POST", "/sandbox/components", { json: payload }),
  submit: (payload, files) => ask("POST", "/sandbox/modals", { form: multipart(payload, files) }),
  interaction: (id, seconds) => ask("GET", `/sandbox/interactions/${id}`, { query: { wait_seconds: seconds } }),
  giveRoles: (userId, roles) => ask("POST", `/sandbox/members/${userId}`, { json: { roles } }),
  permissions: () => ask("GET", "/sandbox/commands/permissions"),
  permit: (command, role, allowed) =>
    ask("POST", "/sandbox/commands/permissions", { json: { command, role, allowed } }),
  member: (id, changes) => ask("POST", `/sandbox/members/${encodeURIComponent(id)}`, { json: changes }),
  channel: (id, changes) => ask("POST", `/sandbox/channels/${encodeURIComponent(id)}`, { json: changes }),
  wire: (since) => ask("GET", "/sandbox/wire", { query: { since } }),
  tasks: () => ask("GET", "/sandbox/wan/tasks"),
  finish: (id, body) => ask("POST", `/sandbox/wan/tasks/${encodeURIComponent(id)}`, { json: body }),
  faults: () => ask("GET", "/sandbox/faults"),
  addFault: (fault) => ask("POST", "/sandbox/faults", { json: fault }),
  clearFaults: () => ask("DELETE", "/sandbox/faults"),
  settings: () => ask("GET", "/sandbox/settings"),
  set: (settings) => ask("POST", "/sandbox/settings", { json: settings }),
  advance: (seconds) => ask("POST", "/sandbox/clock", { json: { advance_seconds: seconds } }),
  bot: () => ask("GET", "/sandbox/bot"),
  kill: () => ask("POST", "/sandbox/bot/kill"),
  start: () => ask("POST", "/sandbox/bot/start", { query: { wait: 0 } }),
};
