// All about the rule at the cursor: in words, as a curve, tried, its cases, laws and place.
import { curve, written } from "/curve.js";

function made(name, text, ...others) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...others);
  return element;
}

const listed = (rows) => made("ul", "", ...rows);

function facts(found) {
  const list = made("dl", "", ...found.flatMap((each) => [made("dt", each.name), made("dd", each.text)]));
  list.className = "facts";
  return list;
}

function lines(rule) {
  const rows = rule.lines.map((line) => {
    const row = made("li", line.text);
    if (line.because) {
      const because = made("div", line.because);
      because.className = "because";
      row.append(because);
    }
    return row;
  });
  return [made("p", rule.form), ...(rule.lets.length ? [listed(rule.lets.map((each) => made("li", each)))] : []), listed(rows)];
}

function drawn(rule, facts, words) {
  if (!rule.curve.some((each) => each[1] !== null)) return [made("p", words["curve-none"])];
  const isRate = facts.some((each) => each.text === "%");
  const marks = rule.edges.map(([, text]) => written(text, isRate)).join(" ");
  const label = `${rule.title} ${words.curve} ${words.edges} ${marks}`;
  const legend = made("p", "", made("span", words["curve-of"]));
  legend.className = "legend";
  if (rule.behind.length) {
    const behind = made("span", words["curve-behind"]);
    behind.className = "behind";
    legend.append(behind);
  }
  const note = made("p", `${words.edges} ${marks}`);
  note.className = "note";
  return [curve(rule.curve, rule.behind, rule.edges, isRate, label), legend, ...(rule.edges.length ? [note] : [])];
}

function tries(rule, asked, words, hooks) {
  const form = made("div");
  form.className = "tries";
  rule.figures.forEach((figure, place) => {
    const input = made("input");
    input.id = `try-${place}`;
    input.value = asked[figure.name] || "";
    input.dataset.figure = figure.name;
    input.autocomplete = "off";
    input.addEventListener("input", () => hooks.tried(figure.name, input.value));
    const label = made("label", figure.name);
    label.htmlFor = input.id;
    const note = made("span", figure.text);
    note.className = "note";
    form.append(label, input, note);
  });
  const result = made("p");
  result.id = "result";
  result.className = rule.refused ? "bad" : "result";
  if (rule.tried) result.textContent = `${words["try-is"]} ${rule.tried.score}${rule.tried.because ? ` · ${rule.tried.because}` : ""}`;
  if (rule.refused) result.textContent = rule.refused;
  const button = made("button", words.case);
  button.type = "button";
  button.id = "case";
  button.disabled = !rule.tried;
  button.addEventListener("click", hooks.case);
  return rule.figures.length ? [made("h3", words.try), form, result, button] : [];
}

function cases(rule, words, hooks) {
  const rows = rule.cases.map((each) => {
    const go = made("button", each.text || "…");
    go.type = "button";
    go.addEventListener("click", () => hooks.go(each.line));
    const verdict = made("span", ` ${each.wrong || words.passes}`);
    verdict.className = each.wrong ? "bad" : "good";
    return made("li", "", go, verdict);
  });
  return [made("h3", words.cases), rows.length ? listed(rows) : made("p", words["cases-none"])];
}

function place(found, words) {
  if (!found.length) return [];
  const points = made("th", words.points);
  points.className = "number";
  const head = made("tr", "", made("th", words["place-line"]), points);
  for (const each of head.children) each.scope = "col";
  const rows = found.map((each) => {
    const title = made("th", each.title);
    title.scope = "row";
    title.className = `depth${Math.min(each.depth, 3)}`;
    const number = made("td", each.points);
    number.className = "number";
    const row = made("tr", "", title, number);
    if (each.here) {
      row.className = "here";
      row.setAttribute("aria-current", "true");
    }
    return row;
  });
  return [made("h3", words.place), made("table", "", made("thead", "", head), made("tbody", "", ...rows))];
}

export function told(found, asked, words, hooks) {
  const parts = [made("h3", found.title), facts(found.facts)];
  found.rules.forEach((rule, number) => {
    if (found.rules.length > 1) parts.push(made("h3", rule.title));
    parts.push(...lines(rule), made("h3", words.curve), ...drawn(rule, found.facts, words));
    if (number === 0) parts.push(...tries(rule, asked, words, hooks), ...cases(rule, words, hooks));
  });
  if (found.rules.length) {
    const laws = made("div");
    laws.id = "laws";
    laws.setAttribute("aria-live", "polite");
    laws.append(made("p", words["laws-waiting"]));
    parts.push(made("h3", words.laws), laws);
  }
  return [...parts, ...place(found.place, words)];
}

export function laws(found, words) {
  if (!found.length) return [made("p", words["laws-none"])];
  const rows = found.map((each) => {
    const verdict = made("span", ` ${words[`law-${each.outcome === "proved" ? "holds" : each.outcome}`]}`);
    verdict.className = each.outcome === "refuted" ? "bad" : "good";
    const row = made("li", each.law, verdict);
    if (each.told) row.append(made("div", each.told));
    return row;
  });
  return [listed(rows)];
}
