import type { FeatureCollection, Polygon } from "geojson";
import { expect, test } from "vitest";
import { outline, roughArea } from "./shapes.ts";

const square = (x: number, y: number, side: number): FeatureCollection<Polygon> => ({
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: {},
      geometry: { type: "Polygon", coordinates: [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]] },
    },
  ],
});

test("the box holds everything", () => {
  expect(outline(square(117, 0.1, 0.01))).toEqual([117, 0.1, 117.01, 0.11]);
  expect(outline({ type: "FeatureCollection", features: [] })).toBeNull();
});

test("a thousandth of a degree at the equator is 111.2 m a side", () => {
  expect(roughArea(square(117, 0, 0.001))).toBeCloseTo(111.195 ** 2, -1);
});

test("a hole is not counted", () => {
  const whole = square(117, 0, 0.002);
  whole.features[0]!.geometry.coordinates.push(square(117.0005, 0.0005, 0.001).features[0]!.geometry.coordinates[0]!);
  expect(roughArea(whole)).toBeCloseTo(3 * 111.195 ** 2, -1);
});
