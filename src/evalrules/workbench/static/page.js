// The page: what is typed is checked and explained; replies are numbered, so that an old one never wins.
import { laws, told } from "/beside.js";

const at = (id) => document.getElementById(id);
const PAUSE = 250;
let words = {};
let editor = null;
let opened = { path: "", name: "", digest: "", text: "" };
let editions = [];
let found = [];
let asked = {}; // figures that are tried, by name
let shown = ""; // the name of what is told beside

async function answer(path, body) {
  let reply;
  try {
    reply = await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  } catch {
    throw new Error(words.unreachable);
  }
  if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).message || `${reply.status}`);
  return reply.json();
}

// Gives what asks after a pause, and hands on only the reply to the last question.
function latest(ask, use, refuse, pause = PAUSE) {
  let number = 0;
  let waiting = 0;
  return (...given) => {
    const own = ++number;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      try {
        const reply = await ask(...given);
        if (own === number) use(reply);
      } catch (refused) {
        if (own === number) refuse(refused);
      }
    }, pause);
  };
}

const typed = () => ({ path: opened.path, text: editor.text() });
const isChanged = () => editor.text() !== opened.text;
const say = (text) => { at("state").textContent = text; };

const check = latest(() => answer("/problems", typed()), show, (refused) => say(refused.message));
const tell = latest(
  () => answer("/beside", { ...typed(), line: editor.line(), against: at("against").value, figures: asked }),
  showBeside,
  (refused) => { at("beside-state").textContent = refused.message; },
);
const hold = latest(
  () => answer("/laws", { ...typed(), line: editor.line() }),
  (reply) => at("laws")?.replaceChildren(...laws(reply, words)),
  (refused) => { if (at("laws")) at("laws").textContent = refused.message; },
  2 * PAUSE,
);

// ---- problems ----

function show(problems) {
  found = problems;
  editor.show(problems);
  at("count").textContent = problems.length ? `(${problems.length})` : "";
  const rows = problems.map((each) => {
    const row = document.createElement("li");
    row.className = each.severity;
    const go = document.createElement("button");
    go.type = "button";
    go.className = "go";
    const place = each.line ? `${each.line}:${each.column}` : each.place;
    go.textContent = [place, each.message, each.hint].filter(Boolean).join("  ");
    go.addEventListener("click", () => each.line && editor.go(each.line, each.column));
    row.append(go);
    for (const mend of each.mends) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mend";
      button.textContent = `${words.mend} ${mend.written}`;
      button.addEventListener("click", () => editor.replace(mend.line, mend.text));
      row.append(button);
    }
    return row;
  });
  if (!rows.length) {
    const row = document.createElement("li");
    row.textContent = words.none;
    rows.push(row);
  }
  at("problems").replaceChildren(...rows);
}

function next() {
  const line = editor.line();
  const each = found.find((problem) => problem.line > line) || found.find((problem) => problem.line);
  if (each) editor.go(each.line, each.column);
}

// ---- beside ----

function showBeside(reply) {
  if (reply.message) { // what was told before stays in sight
    at("beside-state").textContent = reply.message;
    return;
  }
  const title = reply.title || "";
  at("beside-state").textContent = title ? "" : words["beside-none"];
  if (title !== shown && Object.keys(asked).length) {
    shown = title;
    asked = {};
    tell();
    return;
  }
  shown = title;
  const focused = document.activeElement?.dataset?.figure;
  const hooks = {
    go: (line) => editor.go(line),
    case: addCase,
    tried: (name, value) => { asked = { ...asked, [name]: value }; tell(); },
  };
  at("beside-told").replaceChildren(...(title ? told(reply, asked, words, hooks) : []));
  if (focused) at("beside-told").querySelector(`[data-figure="${CSS.escape(focused)}"]`)?.focus();
  if (reply.rules?.length) hold();
}

async function addCase() {
  const before = editor.text().split("\n");
  try {
    const reply = await answer("/case", { ...typed(), line: editor.line(), figures: asked });
    if (editor.text() !== before.join("\n")) return; // typed meanwhile
    const after = reply.text.split("\n");
    const line = reply.line - (after.length - before.length) + 1; // where the new lines begin
    editor.replace(line, [...after.slice(line - 1, reply.line), before[line - 1]].join("\n"));
    say(words["case-added"]);
  } catch (refused) {
    say(refused.message);
  }
}

// ---- the library ----

const named = (each) => new Option(`${each.name} ${words[each.state]}`, each.path);

async function list() {
  editions = await answer("/editions");
  const kept = at("edition").value;
  at("edition").replaceChildren(...editions.map(named));
  at("edition").value = kept || editions[0]?.path || "";
}

function chooseAgainst() {
  const self = editions.find((each) => each.path === opened.path);
  const others = editions.filter((each) => each.path !== opened.path);
  const near = others.filter((each) => each.id === self?.id && each.state !== "wrong");
  const released = near.filter((each) => each.state === "released");
  const before = released.filter((each) => editions.indexOf(each) < editions.indexOf(self));
  const best = before.at(-1) || released.at(-1) || near.at(-1);
  at("against").replaceChildren(...(best ? [] : [new Option(words["no-against"], "")]), ...others.map(named));
  at("against").value = best?.path || "";
}

async function open(path) {
  try {
    const reply = await answer(`/edition?path=${encodeURIComponent(path)}`);
    const name = editions.find((each) => each.path === path)?.name || "";
    opened = { path: "", name, digest: reply.digest, text: "" };
    asked = {};
    editor.set(reply.text);
    opened = { ...opened, path, text: editor.text() };
    at("edition").value = path;
    say("");
    chooseAgainst();
    check();
    tell();
  } catch (refused) {
    at("edition").value = opened.path;
    say(refused.message);
  }
}

async function save() {
  const text = editor.text();
  try {
    const reply = await answer("/save", { path: opened.path, text, digest: opened.digest });
    opened = { ...opened, digest: reply.digest, text };
    await list();
    say(isChanged() ? words.unsaved : words.saved);
  } catch (refused) {
    say(refused.message);
  }
}

async function begin() {
  if (isChanged() && !confirm(words.changed)) return;
  const name = prompt(`${words["new-ask"]} ${opened.name}`, opened.name);
  if (!name) return;
  try {
    const reply = await answer("/new", { path: opened.path, name: name.trim() });
    await list();
    await open(reply.path);
  } catch (refused) {
    say(refused.message);
  }
}

async function release() {
  if (isChanged()) { say(words["release-unsaved"]); return; }
  if (!confirm(`${words["release-ask"]} ${opened.name}?`)) return;
  try {
    const reply = await answer("/release", { path: opened.path, digest: opened.digest });
    await list();
    say(reply.message);
  } catch (refused) {
    say(refused.message);
  }
}

// ---- papers ----

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 0x8000) text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  return { name: file.name, content: btoa(text) };
}

let papers = 0;

async function paper(path, body) {
  const own = ++papers;
  at("told").textContent = words.working;
  try {
    const reply = await answer(path, await body());
    if (own !== papers) return;
    at("told").textContent = "";
    at("paper").hidden = false;
    at("paper-head").textContent = reply.name;
    at("paper-page").title = reply.name;
    at("paper-page").src = `/paper/${reply.id}/index.html`;
    const links = [["Word", "docx"], ["Excel", "xlsx"], ["HTML", "html"]].map(([name, shape]) => {
      const link = document.createElement("a");
      link.href = `/paper/${reply.id}/index.${shape}?save`;
      link.download = `${reply.name}.${shape}`;
      link.textContent = `${words["save-as"]} ${name}`;
      return link;
    });
    at("paper-links").replaceChildren(...links);
    at("paper").scrollIntoView();
  } catch (refused) {
    if (own === papers) at("told").textContent = refused.message;
  }
}

const both = () => ({ ...typed(), against: at("against").value });
const all = (files) => Promise.all([...files].map(base64));
const score = (files) => files.length && paper("/reports", async () => ({ files: await all(files), edition: opened.name }));

// ---- begin ----

words = await answer("/words");
document.documentElement.lang = words.lang;
document.title = words.title;
for (const each of document.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
const { create } = await import(words.editor ? "/editor.js" : "/plain.js").catch(() => import("/plain.js"));
const place = (line, column) => ({ ...typed(), line, column });
editor = create(at("rules"), {
  label: words.rules,
  lang: words.lang,
  nonce: document.querySelector("meta[name=nonce]").content,
  mendWord: words.mend,
  changed: () => {
    if (!opened.path) return;
    check();
    say(isChanged() ? words.unsaved : "");
  },
  moved: () => opened.path && tell(),
  offers: (line, column) => answer("/offers", place(line, column)).catch(() => []),
  meaning: async (line, column) => (await answer("/meaning", place(line, column)).catch(() => ({ text: "" }))).text,
});
await list();
at("edition").addEventListener("change", (event) => {
  if (isChanged() && !confirm(words.changed)) event.target.value = opened.path;
  else open(event.target.value);
});
at("against").addEventListener("change", () => tell());
at("save").addEventListener("click", save);
at("new").addEventListener("click", begin);
at("release").addEventListener("click", release);
at("difference").addEventListener("click", () => paper("/difference", both));
at("impact").addEventListener("click", () => paper("/impact", async () => ({ ...both(), files: await all(at("folder").files) })));
at("forms").addEventListener("change", (event) => score(event.target.files));
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save();
  } else if (event.key === "F8" && !event.defaultPrevented) {
    event.preventDefault();
    next();
  }
});
addEventListener("beforeunload", (event) => isChanged() && event.preventDefault());
addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", () => document.body.classList.remove("dropping"));
addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  score(event.dataTransfer.files);
});
if (editions.length) await open(at("edition").value);
