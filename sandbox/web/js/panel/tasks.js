// The Wan tasks: what was asked, how often, how far it is; each can be ended by hand.

import { h, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { tellProblem } from "../compose/run.js";

const ENDED = new Set(["completed", "failed", "canceled"]);

let list;

function mount(root) {
  list = h("ul", { class: "tasks", "aria-label": "Wan tasks" });
  root.append(list);
}

async function refresh() {
  const tasks = await api.tasks().catch(() => null);
  if (!tasks) return;
  const cards = [...tasks].reverse().map(card);
  fill(
    list,
    ...(cards.length
      ? cards
      : [
          h(
            "li",
            { class: "panel-empty" },
            "No task yet. Each clip that Wan is paid for appears here, with the picture as it arrived.",
          ),
        ]),
  );
}

function card(task) {
  const { request } = task;
  const facts = [
    request.resolution ?? "1080P",
    `${request.duration ?? 5} s`,
    request.audio === false ? "silent" : "with sound",
    request.seed !== undefined && `seed ${request.seed}`,
  ];
  return h(
    "li",
    { class: "task", data: { status: task.status } },
    h("img", {
      class: "task-image",
      alt: "First frame as Wan got it",
      src: `/sandbox/wan/tasks/${encodeURIComponent(task.id)}/image`,
      loading: "lazy",
    }),
    h(
      "div",
      { class: "task-text" },
      h(
        "p",
        { class: "task-head" },
        h("span", { class: "task-status" }, task.status),
        h("code", {}, task.id.slice(0, 8)),
      ),
      h("p", { class: "task-facts" }, facts.filter(Boolean).join(" · ")),
      request.prompt && h("p", { class: "task-prompt" }, `“${request.prompt}”`),
      h("p", { class: "task-counts" }, counts(task)),
      ENDED.has(task.status) ? null : ending(task),
    ),
  );
}

function counts(task) {
  const created = task.times_created === 1 ? "created once" : `created ${task.times_created} times`;
  return `${created} · asked ${task.queries} ${task.queries === 1 ? "time" : "times"}`;
}

function ending(task) {
  const end = (body) => async () => {
    await api.finish(task.id, body).catch((error) => tellProblem(error.message));
    refresh();
  };
  const failure = { status: "failed", error_code: "InternalError", error_msg: "The model could not make this clip." };
  return h(
    "p",
    { class: "task-actions" },
    h(
      "button",
      { type: "button", class: "button button-secondary button-small", on: { click: end({ status: "completed" }) } },
      "Finish now",
    ),
    h(
      "button",
      { type: "button", class: "button button-secondary button-small", on: { click: end(failure) } },
      "Let it fail",
    ),
  );
}

export const tasksTab = { mount, refresh, follows: ["wan"] };
