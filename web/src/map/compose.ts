// The style that is drawn, made whole from the plan's style and what the user chose. A pure function: draws nothing.
import type { Feature, FeatureCollection } from "geojson";
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { OUTCOME_INKS, OUTCOMES } from "../outcomes.ts";
import { isShown, type Switch } from "../state.ts";
import type { LonLat, Site, Theme } from "../types.ts";

/** What changes how the plan is drawn. */
export interface Look {
  theme: Theme;
  switched: ReadonlySet<string>;
  muted: ReadonlySet<string>;
  opacity: number;
  raster: { address: string; opacity: number } | null;
  picked: number | null;
  spot: LonLat | null;
  site: Site | null;
  parts: Site | null;
}

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const BEHIND = 0.4; // opacity of the zones behind a result, so that its colours are what one sees

// outlines of blocks would hide a whole town of small blocks; they come in as there is room for them
const BLOCKS: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 14, 0, 15, 0.3, 17, 0.9];
// roads belong to no SWP, so its outlines follow every street too; from afar they must not be darker than the zones
const SWPS: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 13, 0.15, 15, 0.35, 17, 0.9];
const FADED: Record<string, ExpressionSpecification> = { "boundary-blok": BLOCKS, "boundary-swp": SWPS };

/** Layers that stay when a style is replaced, since terra-draw made them. */
export const DRAWN = /^td-/;

/**
 * The switches of a style: layers of one name are one switch.
 *
 * A switch has the id of its first layer as key, so that it is the same in every language.
 */
export function switchesOf(style: StyleSpecification): Switch[] {
  const found = new Map<string, Switch>();
  for (const layer of style.layers) {
    const about = (layer.metadata ?? {}) as Record<string, string>;
    const name = about["rdtr:name"];
    if (!name) continue;
    const one = found.get(name) ?? { key: layer.id, name, layers: [], overlay: about["rdtr:overlay"] ?? null };
    one.layers.push(layer.id);
    found.set(name, one);
  }
  return [...found.values()];
}

/** The plan's style with everything that the user chose in it. */
export function compose(base: StyleSpecification, look: Look): StyleSpecification {
  const off = new Set(switchesOf(base).flatMap((s) => (isShown(s, look.switched) ? [] : s.layers)));
  const layers = base.layers.map((layer) => shown(layer, look, off));
  const above = layers.findIndex((layer) => layer.id === "zones") + 1;
  const { center: _c, zoom: _z, ...rest } = base; // the camera is the user's
  return {
    ...rest,
    sources: { ...base.sources, ...sources(look) },
    layers: [...layers.slice(0, above), ...rasterLayers(look), ...layers.slice(above), ...ownLayers(look)],
  };
}

function shown(layer: LayerSpecification, look: Look, off: Set<string>): LayerSpecification {
  if (off.has(layer.id)) return { ...layer, layout: { ...layer.layout, visibility: "none" } } as LayerSpecification;
  if (layer.id === "zones" && layer.type === "fill") {
    return { ...layer, paint: { ...layer.paint, "fill-opacity": zoneOpacity(look) } };
  }
  if (layer.id === "zone-labels" && layer.type === "symbol" && look.muted.size) {
    const seen: FilterSpecification = ["!", ["in", ["coalesce", ["get", "label"], ""], ["literal", [...look.muted]]]];
    return { ...layer, filter: layer.filter ? (["all", layer.filter, seen] as FilterSpecification) : seen };
  }
  const faded = FADED[layer.id];
  if (faded && layer.type === "line") return { ...layer, paint: { ...layer.paint, "line-opacity": faded } };
  return layer;
}

function zoneOpacity(look: Look): number | ExpressionSpecification {
  const opacity = look.opacity * (look.parts ? BEHIND : 1);
  if (!look.muted.size) return opacity;
  const code: ExpressionSpecification = ["coalesce", ["get", "KODSZN"], ["get", "KODZON"], ["get", "NAMOBJ"], ""];
  return ["case", ["in", code, ["literal", [...look.muted]]], 0, opacity];
}

function sources(look: Look): Record<string, SourceSpecification> {
  const geojson = (data: FeatureCollection | Feature): SourceSpecification => ({ type: "geojson", data });
  return {
    "own-site": geojson((look.site ?? EMPTY) as FeatureCollection),
    "own-parts": geojson((look.parts ?? EMPTY) as FeatureCollection),
    "own-spot": geojson(
      look.spot
        ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [...look.spot] } }
        : EMPTY,
    ),
    ...(look.raster ? { [`own-raster:${look.raster.address}`]: { type: "raster", url: look.raster.address, tileSize: 256 } } : {}),
  } as Record<string, SourceSpecification>;
}

function rasterLayers(look: Look): LayerSpecification[] {
  if (!look.raster) return [];
  const source = `own-raster:${look.raster.address}`;
  return [{ id: source, type: "raster", source, paint: { "raster-opacity": look.raster.opacity, "raster-fade-duration": 0 } }];
}

function ownLayers(look: Look): LayerSpecification[] {
  const line = look.theme === "dark" ? "#ffffff" : "#0e2233";
  const halo = look.theme === "dark" ? "#0b1218" : "#ffffff";
  const inks = OUTCOME_INKS[look.theme];
  const arms = OUTCOMES.flatMap((outcome) => [outcome, inks[outcome]]);
  const ink = ["match", ["get", "outcome"], ...arms, inks.undetermined] as unknown as ExpressionSpecification;
  const part: FilterSpecification = ["==", ["get", "kind"], "part"];
  const approvable: FilterSpecification = ["==", ["get", "kind"], "approvable"];
  return [
    ...pickedLayers(look, line, halo),
    { id: "own-parts-fill", type: "fill", source: "own-parts", filter: part, paint: { "fill-color": ink, "fill-opacity": 0.55 } },
    { id: "own-parts-line", type: "line", source: "own-parts", filter: part, paint: { "line-color": ink, "line-width": 1.5 } },
    { id: "own-site-fill", type: "fill", source: "own-site", paint: { "fill-color": line, "fill-opacity": look.parts ? 0 : 0.12 } },
    { id: "own-site-halo", type: "line", source: "own-site", layout: ROUND, paint: { "line-color": halo, "line-width": 5 } },
    { id: "own-site-line", type: "line", source: "own-site", layout: ROUND, paint: { "line-color": line, "line-width": 2.25 } },
    {
      id: "own-approvable",
      type: "line",
      source: "own-parts",
      filter: approvable,
      layout: ROUND,
      paint: { "line-color": inks.permitted, "line-width": 3, "line-dasharray": [2, 1.5] },
    },
    { id: "own-spot-halo", type: "circle", source: "own-spot", paint: { "circle-radius": 9, "circle-color": halo, "circle-opacity": 0.95 } },
    {
      id: "own-spot",
      type: "circle",
      source: "own-spot",
      paint: { "circle-radius": 5, "circle-color": "#d6336c", "circle-stroke-color": line, "circle-stroke-width": 1.5 },
    },
  ];
}

const ROUND = { "line-join": "round", "line-cap": "round" } as const;

function pickedLayers(look: Look, line: string, halo: string): LayerSpecification[] {
  if (look.picked === null) return [];
  const filter: FilterSpecification = ["==", ["id"], look.picked];
  const of = { type: "line", source: "rdtr", "source-layer": "zones", filter, layout: ROUND } as const;
  return [
    { ...of, id: "own-picked-halo", paint: { "line-color": halo, "line-width": 5, "line-opacity": 0.9 } },
    { ...of, id: "own-picked", paint: { "line-color": line, "line-width": 2.5 } },
  ];
}
