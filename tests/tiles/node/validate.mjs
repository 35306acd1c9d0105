// Prints the errors of every style given as JSON on standard input: a list of lists of texts.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.argv[2] + "/package.json"));
const { validateStyleMin } = require("@maplibre/maplibre-gl-style-spec");
const styles = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(styles.map((style) => validateStyleMin(style).map((e) => e.message))));
