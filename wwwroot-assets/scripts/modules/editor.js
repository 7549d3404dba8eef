import { EditorView, basicSetup } from "codemirror";
import { EditorState } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

// Colours are classes, so that they follow the theme.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "tok-key" },
  { tag: [tags.string, tags.content], class: "tok-text" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], class: "tok-value" },
  { tag: tags.comment, class: "tok-comment" },
]);

const quietMilliseconds = 200;

// Takes the place of the textarea in `host`; tells `owner` of changes once typing pauses.
export function create(host, text, label, readOnly, owner) {
  let timer;
  let silent = false;
  const tell = () => owner.invokeMethodAsync("OnEdited", view.state.doc.toString());
  const view = new EditorView({
    parent: host,
    state: EditorState.create({
      doc: text,
      extensions: [
        basicSetup,
        yaml(),
        syntaxHighlighting(colours),
        keymap.of([indentWithTab]),
        EditorState.tabSize.of(2),
        EditorState.readOnly.of(readOnly),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `${label}. Escape, then Tab, leaves the editor.` }),
        EditorView.updateListener.of(update => {
          if (update.docChanged && !silent) {
            clearTimeout(timer);
            timer = setTimeout(tell, quietMilliseconds);
          }
        }),
        EditorView.domEventHandlers({ blur: () => { if (timer) { clearTimeout(timer); timer = undefined; tell(); } } }),
      ],
    }),
  });
  return {
    set(next) {
      if (next === view.state.doc.toString()) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      silent = false;
    },
    destroy() {
      clearTimeout(timer);
      view.destroy();
    },
  };
}
