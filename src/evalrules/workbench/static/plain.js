// The editor where no bundle was made: a text area. `editor.js` gives the same functions.
export function create(parent, { label, changed, moved }) {
  const area = document.createElement("textarea");
  area.spellcheck = false;
  area.wrap = "off";
  area.setAttribute("aria-label", label);
  parent.replaceChildren(area);
  area.addEventListener("input", () => { changed(); moved(); });
  for (const each of ["keyup", "click", "focus"]) area.addEventListener(each, moved);
  const start = (line) => area.value.split("\n").slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return {
    text: () => area.value,
    set: (text) => { area.value = text; area.setSelectionRange(0, 0); area.scrollTop = 0; },
    focus: () => area.focus(),
    show: () => {},
    line: () => area.value.slice(0, area.selectionStart).split("\n").length,
    go(line, column = 1, length = 1) {
      const written = area.value.split("\n")[line - 1] || "";
      const from = start(line) + [...written].slice(0, column - 1).join("").length;
      area.focus();
      area.setSelectionRange(from, from + length);
      area.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(area).lineHeight)); // no browser scrolls to it
      moved();
    },
    replace(line, text) {
      const lines = area.value.split("\n");
      lines[line - 1] = text;
      area.value = lines.join("\n");
      changed();
      this.go(line);
    },
  };
}
