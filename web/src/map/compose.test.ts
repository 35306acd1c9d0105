import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { expect, test } from "vitest";
import { compose, type Look, switchesOf } from "./compose.ts";

const base: StyleSpecification = {
  version: 8,
  center: [117, 0],
  zoom: 13,
  sources: { rdtr: { type: "vector", tiles: ["https://example.org/{z}/{x}/{y}.mvt"] } },
  layers: [
    { id: "background", type: "background" },
    { id: "zones", type: "fill", source: "rdtr", "source-layer": "zones", metadata: { "rdtr:name": "Pola ruang" }, paint: {} },
    { id: "overlay-krb", type: "fill", source: "rdtr", "source-layer": "overlays", metadata: { "rdtr:name": "Rawan bencana", "rdtr:overlay": "KRB_03" } },
    { id: "roads-casing", type: "line", source: "rdtr", "source-layer": "roads", metadata: { "rdtr:name": "Jalan" } },
    { id: "roads", type: "line", source: "rdtr", "source-layer": "roads", metadata: { "rdtr:name": "Jalan" } },
  ],
};
const look: Look = {
  theme: "light",
  switched: new Set(),
  muted: new Set(),
  opacity: 1,
  raster: null,
  picked: null,
  spot: null,
  site: null,
  parts: null,
};
const layer = (style: StyleSpecification, id: string) => style.layers.find((l) => l.id === id) as LayerSpecification;

test("layers of one name are one switch, whose key does not change with the language", () => {
  expect(switchesOf(base)).toEqual([
    { key: "zones", name: "Pola ruang", layers: ["zones"], overlay: null },
    { key: "overlay-krb", name: "Rawan bencana", layers: ["overlay-krb"], overlay: "KRB_03" },
    { key: "roads-casing", name: "Jalan", layers: ["roads-casing", "roads"], overlay: null },
  ]);
});

test("the camera is left to the user", () => {
  expect(compose(base, look)).not.toHaveProperty("center");
});

test("a switch that is off hides all its layers and no other", () => {
  const style = compose(base, { ...look, switched: new Set(["roads-casing"]) });
  expect(layer(style, "roads").layout).toEqual({ visibility: "none" });
  expect(layer(style, "roads-casing").layout).toEqual({ visibility: "none" });
  expect(layer(style, "zones").layout).toBeUndefined();
});

test("special provisions are shown only when they are switched on", () => {
  expect(layer(compose(base, look), "overlay-krb").layout).toEqual({ visibility: "none" });
  expect(layer(compose(base, { ...look, switched: new Set(["overlay-krb"]) }), "overlay-krb").layout).toBeUndefined();
});

test("muted zones are gone, the others keep their opacity", () => {
  const style = compose(base, { ...look, muted: new Set(["R-2"]), opacity: 0.5 });
  expect(layer(style, "zones").paint).toMatchObject({ "fill-opacity": ["case", ["in", expect.anything(), ["literal", ["R-2"]]], 0, 0.5] });
});

test("zones step back behind a result", () => {
  const style = compose(base, { ...look, parts: { type: "FeatureCollection", features: [] } });
  expect(layer(style, "zones").paint).toMatchObject({ "fill-opacity": 0.4 });
});

test("a raster lies on the zones and under everything else", () => {
  const style = compose(base, { ...look, raster: { address: "https://example.org/dem.json", opacity: 0.7 } });
  const ids = style.layers.map((l) => l.id);
  expect(ids.slice(1, 4)).toEqual(["zones", "own-raster:https://example.org/dem.json", "overlay-krb"]);
});

test("the base is not changed", () => {
  const before = JSON.stringify(base);
  compose(base, { ...look, muted: new Set(["R-2"]), switched: new Set(["zones"]) });
  expect(JSON.stringify(base)).toBe(before);
});
