// Prints, for the vector tile given by path, each layer's version, extent, number and types of features, first properties.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const home = process.argv[2];
const { VectorTile } = await import(pathToFileURL(home + "/node_modules/@mapbox/vector-tile/index.js"));
const { PbfReader, default: Pbf } = await import(
  pathToFileURL(createRequire(pathToFileURL(home + "/package.json")).resolve("pbf"))
);
const tile = new VectorTile(new (PbfReader ?? Pbf)(readFileSync(process.argv[3])));
const said = {};
for (const [name, layer] of Object.entries(tile.layers)) {
  const types = new Set();
  for (let k = 0; k < layer.length; k++) {
    const feature = layer.feature(k);
    types.add(feature.type);
    feature.loadGeometry();
  }
  said[name] = {
    version: layer.version, extent: layer.extent, features: layer.length, types: [...types],
    properties: layer.feature(0).properties,
  };
}
console.log(JSON.stringify(said));
