// Builds the page: one script, one style sheet, the worker of the map and the land, each named by its content.
//
//   node build.mjs FOLDER    writes them into FOLDER, with a packed copy of each (.gz, .br) and manifest.json,
//                            which tells the name each of them got.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
if (folder === undefined) {
  console.error("Say the folder to write to: node build.mjs FOLDER");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const maplibre = dirname(createRequire(import.meta.url).resolve("maplibre-gl/package.json"));
const files = {};

/** Writes one file under a name made from its content, and packed copies beside it. */
function keep(name, content) {
  const end = extname(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const named = `${basename(name, end)}-${hash}${end}`;
  writeFileSync(join(folder, named), content);
  writeFileSync(join(folder, `${named}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(
    join(folder, `${named}.br`),
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  );
  files[name] = named;
  return named;
}

/** The licences of all packages whose code is in the page: of the map and what it is made of. */
function licences() {
  const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf-8"));
  const texts = [];
  for (const [place, { dev, license, version }] of Object.entries(packages)) {
    const name = place.replace(/^.*node_modules\//, "");
    if (place === "" || dev || name.includes("esbuild")) continue;
    const files = readdirSync(join(here, place)).filter((file) => /^licen[cs]e/i.test(file));
    const text = files.map((file) => readFileSync(join(here, place, file), "utf-8").trim()).join("\n\n");
    texts.push(`${name} ${version} (${license})\n\n${text}`);
  }
  return Buffer.from(`${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}

keep("licences.txt", licences());
const worker = keep("map-worker.js", readFileSync(join(maplibre, "dist", "maplibre-gl-worker.mjs")));
const land = keep("land.json", readFileSync(join(here, "data", "land.json")));

const built = await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/main.ts", out: "page" },
    { in: "src/page.css", out: "page" },
  ],
  outdir: "unused",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "inline",
  define: { WORKER_FILE: JSON.stringify(worker), LAND_FILE: JSON.stringify(land) },
  loader: { ".svg": "dataurl" },
  logLevel: "warning",
  write: false,
});
for (const output of built.outputFiles) keep(basename(output.path), output.contents);

writeFileSync(join(folder, "manifest.json"), `${JSON.stringify({ files }, null, 1)}\n`);
