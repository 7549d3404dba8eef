// Bundles css, icons and scripts into the web root named by the only argument.
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, writeFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2];
const common = { bundle: true, minify: true, logLevel: "warning", target: ["es2022"], legalComments: "none" };

mkdirSync(root, { recursive: true });
await build({ ...common, entryPoints: ["css/portal.css"], outfile: join(root, "css/portal.css"), target: ["chrome123", "firefox120", "safari17.5"] });
// Each is fetched only by the pages that need it.
const modules = readdirSync("scripts/modules").filter(f => f.endsWith(".js")).map(f => `scripts/modules/${f}`);
await build({ ...common, entryPoints: modules, outdir: join(root, "js"), format: "esm" });

// One file of symbols: <use href="icons.svg#name">.
const symbols = readdirSync("icons").filter(f => f.endsWith(".svg") && f !== "favicon.svg").sort().map(file => {
  const svg = readFileSync(join("icons", file), "utf8");
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  return `<symbol id="${file.slice(0, -4)}" viewBox="0 0 16 16">${body}</symbol>`;
});
writeFileSync(join(root, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
copyFileSync("icons/favicon.svg", join(root, "favicon.svg"));

// Last, for it tells the build that everything above is done.
await build({ ...common, entryPoints: ["scripts/portal.js"], outfile: join(root, "js/portal.js"), format: "iife" });
