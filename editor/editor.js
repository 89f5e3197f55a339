// The editor of the workbench: CodeMirror with the problems, offers and meanings that the server gives.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, defaultHighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";

const KINDS = { key: "property", value: "enum", name: "variable", function: "function", method: "method" };

export function create(parent, { label, nonce, lang, changed, moved, offers, meaning, mendWord }) {
  const placed = (state, at) => {
    const line = state.doc.lineAt(at);
    return [line.number, [...state.sliceDoc(line.from, at)].length + 1];
  };
  async function complete(context) {
    const word = context.matchBefore(/[\w一-鿿]*/u);
    if (!context.explicit && word.from === word.to && !/[:\s{,]\s?$/u.test(context.state.sliceDoc(0, context.pos).slice(-2))) return null;
    const options = (await offers(...placed(context.state, context.pos))).map((offer) => ({
      label: offer.text,
      detail: offer.about,
      type: KINDS[offer.kind],
      apply: offer.kind === "key" ? `${offer.text}: ` : offer.text,
    }));
    return options.length ? { from: word.from, options, validFor: /^[\w一-鿿]*$/u } : null;
  }
  const hover = hoverTooltip(async (view, at) => {
    const text = await meaning(...placed(view.state, at));
    if (!text) return null;
    const word = view.state.wordAt(at);
    return {
      pos: word ? word.from : at,
      end: word ? word.to : at,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "meaning";
        dom.textContent = text;
        return { dom };
      },
    };
  });
  const extensions = [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    syntaxHighlighting(defaultHighlightStyle),
    yaml(),
    EditorView.lineWrapping,
    autocompletion({ override: [complete], activateOnTyping: true, maxRenderedOptions: 60 }),
    hover,
    keymap.of([...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.contentAttributes.of({ "aria-label": label, lang, tabindex: "0" }),
    EditorView.theme({
      ".cm-gutters": { color: "#595959", backgroundColor: "#f4f5f7" },
      ".meaning": { padding: "0.3rem 0.6rem", maxWidth: "30rem", whiteSpace: "pre-wrap" },
      ".cm-tooltip": { maxWidth: "min(36rem, 90vw)" },
      ".cm-completionDetail": { color: "#555", fontStyle: "normal", marginLeft: "1em", whiteSpace: "normal" },
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed();
      if (update.docChanged || update.selectionSet) moved();
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ extensions }) });
  const position = (line, column) => {
    const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    return Math.min(found.from + [...found.text].slice(0, column - 1).join("").length, found.to);
  };
  return {
    text: () => view.state.doc.toString(),
    set: (text) => view.setState(EditorState.create({ doc: text, extensions })),
    focus: () => view.focus(),
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    show(found) {
      const marks = found.filter((each) => each.line).map((each) => {
        const from = position(each.line, each.column);
        const rest = view.state.doc.lineAt(from);
        const word = /^[\w一-鿿@.%]+/u.exec(view.state.sliceDoc(from, rest.to));
        return {
          from,
          to: word ? from + word[0].length : Math.min(from + 1, rest.to),
          severity: each.severity,
          message: [each.message, each.hint].filter(Boolean).join("\n"),
          actions: each.mends.map((mend) => ({ name: `${mendWord} ${mend.written}`, apply: () => this.replace(mend.line, mend.text) })),
        };
      });
      view.dispatch(setDiagnostics(view.state, marks));
    },
    go(line, column = 1, length = 0) {
      const from = position(line, column);
      view.focus();
      view.dispatch({
        selection: { anchor: from, head: Math.min(from + length, view.state.doc.length) },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
    },
    replace(line, text) {
      const found = view.state.doc.line(line);
      view.dispatch({ changes: { from: found.from, to: found.to, insert: text }, userEvent: "input" });
      this.go(line);
    },
  };
}
