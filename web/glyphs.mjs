// Glyphs of the map's labels as MapLibre reads them: a font in, distance fields of 256 characters a file out.
// Not a font renderer: no hinting, no kerning, one size.
import opentype from "opentype.js";
import { PbfWriter } from "pbf";

const SIZE = 24; // pixels of an em, the size that MapLibre scales from
const BUFFER = 3; // pixels around a glyph
const RADIUS = 8; // pixels over which the distance falls from full to nothing
const CUTOFF = 0.25; // share of them that is outside
const wanted = (id) => id < 0x300 || (id >= 0x2000 && id < 0x2200); // Latin with its additions, punctuation, signs
const STEPS = 6; // straight pieces of a curve; at 24 pixels more cannot be seen

/**
 * Encode the glyphs of some font files, which are subsets of one font, by ranges of 256 characters.
 *
 * @param {string} name of the font, as styles call it
 * @param {ArrayBuffer[]} files WOFF or OpenType; where two have a character, the first has it
 * @returns {Map<string, Uint8Array>} file contents by range, "0-255" and so on
 */
export function glyphRanges(name, files) {
  const glyphs = new Map();
  for (const file of files) collect(opentype.parse(file), glyphs);
  const ranges = Map.groupBy([...glyphs.values()].sort((a, b) => a.id - b.id), (glyph) => glyph.id >> 8);
  return new Map([...ranges].map(([k, members]) => encoded(name, `${k * 256}-${k * 256 + 255}`, members)));
}

function collect(font, glyphs) {
  for (let k = 0; k < font.glyphs.length; k++) {
    const glyph = font.glyphs.get(k);
    for (const id of glyph.unicodes ?? []) {
      if (wanted(id) && !glyphs.has(id)) glyphs.set(id, drawn(id, glyph, font));
    }
  }
}

function drawn(id, glyph, font) {
  const scale = SIZE / font.unitsPerEm;
  const advance = Math.round((glyph.advanceWidth ?? 0) * scale);
  const edges = edgesOf(glyph.getPath(0, 0, SIZE).commands);
  if (!edges.length) return { id, width: 0, height: 0, left: 0, top: 0, advance };
  const xs = edges.flatMap((e) => [e[0], e[2]]);
  const ys = edges.flatMap((e) => [e[1], e[3]]);
  const left = Math.floor(Math.min(...xs));
  const top = Math.floor(Math.min(...ys)); // y grows downwards
  const width = Math.ceil(Math.max(...xs)) - left;
  const height = Math.ceil(Math.max(...ys)) - top;
  const ascender = Math.round(font.ascender * scale);
  return { id, width, height, left, top: -top - ascender, advance, bitmap: field(edges, left, top, width, height) };
}

function edgesOf(commands) {
  const edges = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const to = (nextX, nextY) => {
    if (nextX !== x || nextY !== y) edges.push([x, y, nextX, nextY]);
    [x, y] = [nextX, nextY];
  };
  for (const c of commands) {
    if (c.type === "M") [x, y, startX, startY] = [c.x, c.y, c.x, c.y];
    else if (c.type === "L") to(c.x, c.y);
    else if (c.type === "Z") to(startX, startY);
    else for (const [px, py] of curve(x, y, c)) to(px, py);
  }
  return edges;
}

function curve(x, y, c) {
  return Array.from({ length: STEPS }, (_, k) => {
    const t = (k + 1) / STEPS;
    const s = 1 - t;
    const at = (p0, p1, p2, p3) =>
      c.type === "Q" ? s * s * p0 + 2 * s * t * p1 + t * t * p3 : s ** 3 * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t ** 3 * p3;
    return [at(x, c.x1, c.x2, c.x), at(y, c.y1, c.y2, c.y)];
  });
}

function field(edges, left, top, width, height) {
  const columns = width + 2 * BUFFER;
  const rows = height + 2 * BUFFER;
  const bitmap = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const distance = signedDistance(edges, left - BUFFER + column + 0.5, top - BUFFER + row + 0.5);
      bitmap[row * columns + column] = Math.max(0, Math.min(255, Math.round(255 - 255 * (distance / RADIUS + CUTOFF))));
    }
  }
  return bitmap;
}

/** Distance to the outline, negative inside (where the outline winds around). */
function signedDistance(edges, px, py) {
  let nearest = Infinity;
  let winding = 0;
  for (const [x0, y0, x1, y1] of edges) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const t = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, (x0 + t * dx - px) ** 2 + (y0 + t * dy - py) ** 2);
    if (y0 <= py !== y1 <= py && px < x0 + ((py - y0) / dy) * dx) winding += dy > 0 ? 1 : -1;
  }
  return Math.sqrt(nearest) * (winding ? -1 : 1);
}

function encoded(name, range, glyphs) {
  const pbf = new PbfWriter();
  pbf.writeMessage(1, writeStack, { name, range, glyphs });
  return [range, pbf.finish()];
}

function writeStack(stack, pbf) {
  pbf.writeStringField(1, stack.name);
  pbf.writeStringField(2, stack.range);
  for (const glyph of stack.glyphs) pbf.writeMessage(3, writeGlyph, glyph);
}

function writeGlyph(glyph, pbf) {
  pbf.writeVarintField(1, glyph.id);
  if (glyph.bitmap) pbf.writeBytesField(2, glyph.bitmap);
  pbf.writeVarintField(3, glyph.width);
  pbf.writeVarintField(4, glyph.height);
  pbf.writeSVarintField(5, glyph.left);
  pbf.writeSVarintField(6, glyph.top);
  pbf.writeVarintField(7, glyph.advance);
}
