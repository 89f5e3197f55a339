// A rule as a curve: score by 完成值, its edges marked, another edition's in the background.
const SPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [480, 240, 42, 34, 12, 14];

function made(name, attributes, text) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Gives a 完成值 as people write it: a rate in %, a day or a number as it stands.
export const written = (text, isRate) => (isRate && !text.includes("-", 1) ? `${+(100 * text).toFixed(4)}%` : text);

// Gives from where to where to draw: around all that changes, for beyond it a curve is flat.
function span(points, behind, edges, all) {
  const values = all.map((each) => each[0]);
  const changes = [points, behind].flatMap((found) =>
    found.flatMap((each, number) => (number && each[1] !== found[number - 1][1] ? [found[number - 1][0], each[0]] : [])),
  );
  const marked = [...changes, ...edges.map((each) => each[0])];
  if (!marked.length) return [Math.min(...values), Math.max(...values)];
  const [first, last] = [Math.min(...marked), Math.max(...marked)];
  const beyond = (last - first || Math.abs(first) || 1) / 3;
  return [Math.max(Math.min(...values), first - beyond), Math.min(Math.max(...values), last + beyond)];
}

export function curve(points, behind, edges, isRate, label) {
  const image = made("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  const all = [...points, ...behind].filter((each) => each[1] !== null);
  const [low, high] = span(points, behind, edges, all);
  const most = Math.max(...all.map((each) => each[1]), 0.01);
  const least = Math.min(...all.map((each) => each[1]), 0);
  const x = (value) => LEFT + ((Math.min(Math.max(value, low), high) - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (score) => HEIGHT - BOTTOM - ((score - least) / (most - least)) * (HEIGHT - BOTTOM - TOP);
  image.append(
    made("path", { d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`, fill: "none", stroke: "#767676" }),
    made("text", { x: LEFT - 6, y: y(most) + 5, "text-anchor": "end", "font-size": 13 }, `${most}`),
    made("text", { x: LEFT - 6, y: y(least) + 5, "text-anchor": "end", "font-size": 13 }, `${least}`),
  );
  let free = -99;
  for (const [value, text] of edges) {
    if (value < low || value > high) continue;
    image.append(made("path", { d: `M${x(value)} ${TOP}V${HEIGHT - BOTTOM}`, stroke: "#8a5a00", "stroke-dasharray": "3 4" }));
    if (x(value) - free < 46) continue;
    free = x(value);
    image.append(made("text", { x: Math.min(Math.max(x(value), LEFT + 8), WIDTH - 28), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle", "font-size": 13 }, written(text, isRate)));
  }
  const drawn = (found, attributes) => {
    let path = "";
    let isOn = false;
    for (const [value, score] of found) {
      if (score !== null) path += `${isOn ? "L" : "M"}${x(value).toFixed(2)} ${y(score).toFixed(2)}`;
      isOn = score !== null;
    }
    return made("path", { d: path, fill: "none", ...attributes });
  };
  if (behind.length) image.append(drawn(behind, { class: "behind", stroke: "#8a8a8a", "stroke-width": 3, "stroke-dasharray": "7 5" }));
  image.append(drawn(points, { class: "curve", stroke: "#0b57a4", "stroke-width": 2.5 }));
  return image;
}
