import { interactive, startConnection } from "./connection.js";
import { startAges } from "./ages.js";
import { startFrame, theme } from "./frame.js";
import * as dialogs from "./dialogs.js";
import * as drafts from "./drafts.js";

// What components call.
window.portal = {
  theme,
  interactive,
  dialogs,
  drafts,
  copy: text => navigator.clipboard.writeText(text),
  focus: id => document.getElementById(id)?.focus(),
  reveal: id => document.getElementById(id)?.scrollIntoView({ block: "nearest" }),
  
};

startFrame();
startAges();
startConnection();
