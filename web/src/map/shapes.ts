// Small geometry for the screen: boxes and rough areas. Verdicts never use it; the service measures exactly.
import type { FeatureCollection, Geometry, Position } from "geojson";
import type { Bounds } from "../types.ts";

const RADIUS_M = 6_371_008.8; // mean radius of the earth (IUGG)

function* positions(geometry: Geometry | null): Generator<Position> {
  if (!geometry) return;
  if (geometry.type === "GeometryCollection") {
    for (const one of geometry.geometries) yield* positions(one);
    return;
  }
  const flat = geometry.coordinates.flat(Infinity) as number[];
  const size = sizeOf(geometry.coordinates);
  for (let k = 0; k < flat.length; k += size) yield flat.slice(k, k + size);
}

function sizeOf(nested: unknown): number {
  return Array.isArray(nested) && Array.isArray(nested[0]) ? sizeOf(nested[0]) : (nested as number[]).length || 2;
}

/** West, south, east, north of everything in a collection; null where there is nothing. */
export function outline(collection: FeatureCollection<Geometry | null>): Bounds | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of collection.features) {
    for (const [x, y] of positions(feature.geometry)) {
      [west, south, east, north] = [Math.min(west, x!), Math.min(south, y!), Math.max(east, x!), Math.max(north, y!)];
    }
  }
  return west <= east ? [west, south, east, north] : null;
}

/** Area of the polygons in a collection in square metres, on a sphere: good to half a percent, for a hint only. */
export function roughArea(collection: FeatureCollection<Geometry | null>): number {
  return collection.features.reduce((sum, feature) => sum + areaOf(feature.geometry), 0);
}

function areaOf(geometry: Geometry | null): number {
  if (geometry?.type === "Polygon") return polygon(geometry.coordinates);
  if (geometry?.type === "MultiPolygon") return geometry.coordinates.reduce((sum, one) => sum + polygon(one), 0);
  return 0;
}

function polygon(rings: Position[][]): number {
  return rings.reduce((sum, ring, k) => sum + (k ? -1 : 1) * Math.abs(ringArea(ring)), 0);
}

function ringArea(ring: Position[]): number {
  const rad = Math.PI / 180;
  let sum = 0;
  for (let k = 0; k < ring.length - 1; k++) {
    const [a, b] = [ring[k]!, ring[k + 1]!];
    sum += (b[0]! - a[0]!) * rad * (2 + Math.sin(a[1]! * rad) + Math.sin(b[1]! * rad));
  }
  return (sum * RADIUS_M * RADIUS_M) / 2;
}
