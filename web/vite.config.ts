// How the map is built: hashed files for /static, index.html for /, glyphs for every MapLibre client, all licences; compressed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { glyphRanges } from "./glyphs.mjs";

const FONT = "Noto Sans Regular"; // the name in the service's styles
const SERVICE = process.env.RDTR_URL ?? "http://127.0.0.1:8000"; // for the development server only
const modules = join(import.meta.dirname, "node_modules");

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    outDir: "../rdtr/service/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: addresses would need a hole in the content security policy
    chunkSizeWarningLimit: 1200, // MapLibre is a megabyte before compression
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  experimental: {
    // the page is served at /, what it loads under /static; relative, so that a path before them does no harm
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `static/${file}` : { relative: true }),
  },
  plugins: [glyphs(), licences(), squeezed()],
  server: { proxy: { "/plans": SERVICE, "/static/glyphs": SERVICE } },
  test: { include: ["src/**/*.test.ts"] },
});

function glyphs(): Plugin {
  return {
    name: "glyphs",
    apply: "build",
    generateBundle() {
      const folder = join(modules, "@fontsource", "noto-sans");
      const files = ["latin", "latin-ext"].map((part) => readFileSync(join(folder, "files", `noto-sans-${part}-400-normal.woff`)));
      const ranges = glyphRanges(FONT, files.map((file) => new Uint8Array(file).buffer));
      for (const [range, source] of ranges) this.emitFile({ type: "asset", fileName: `glyphs/${FONT}/${range}.pbf`, source });
      this.emitFile({ type: "asset", fileName: "glyphs/LICENSE.txt", source: readFileSync(join(folder, "LICENSE")) });
    },
  };
}

/** One text file with the licence of every package that is in the bundle. */
function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_, bundle) {
      const ids = Object.values(bundle).flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
      const names = new Set([...ids.map(packageOf), "maplibre-gl", "@fontsource-variable/plus-jakarta-sans"].filter((n) => n !== ""));
      const source = [...names].sort().map(licenceOf).join("\n\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

/** Beside each file what is left of it compressed as well as can be: the service sends that and compresses nothing itself. */
function squeezed(): Plugin {
  return {
    name: "squeezed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /\.(js|css|svg|pbf|txt)$/.test(name))) {
        const file = join(dir!, name);
        const plain = readFileSync(file);
        const best = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
        const made = { ".br": brotliCompressSync(plain, { params: best }), ".gz": gzipSync(plain, { level: 9 }) };
        for (const [suffix, data] of Object.entries(made)) if (data.length < 0.9 * plain.length) writeFileSync(file + suffix, data);
      }
    },
  };
}

function packageOf(id: string): string {
  const parts = id.split(`node_modules${sep}`).at(-1)!.split(sep);
  if (!id.includes("node_modules")) return "";
  return parts[0]!.startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0]!;
}

function licenceOf(name: string): string {
  const folder = join(modules, name);
  if (!existsSync(folder)) return name;
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const words = texts.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${about.version} (${about.license})`, ...words].join("\n\n");
}
