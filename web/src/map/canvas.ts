// The MapLibre map: made once, drawn from the signals, tells where it was clicked. Knows no panels.
import { effect } from "@preact/signals";
import { Map as MapLibre, type MapMouseEvent, ScaleControl, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import * as api from "../api.ts";
import * as state from "../state.ts";
import type { Bounds, LonLat } from "../types.ts";
import { lang, t } from "../words/index.ts";
import { compose, DRAWN, type Look, switchesOf } from "./compose.ts";
import { outline } from "./shapes.ts";

setWorkerUrl(worker);

const NOTHING: StyleSpecification = { version: 8, sources: {}, layers: [] };
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

let map: MapLibre | null = null;
let base: StyleSpecification | null = null;
let linked = false; // whether the address said where to look

/** The map, where one could be made. */
export const theMap = (): MapLibre | null => map;

export interface Hearing {
  onPick: (at: LonLat) => void;
  onProblem: (error: unknown) => void;
}

/** Make the map in an element; null where the browser cannot draw it. */
export function createMap(container: HTMLElement, { onPick, onProblem }: Hearing): MapLibre | null {
  const start = state.view.peek();
  linked = start !== null;
  try {
    map = new MapLibre({
      container,
      style: NOTHING,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 7,
      maxZoom: 21,
      fadeDuration: calm() ? 0 : 150,
      ...(start ? { center: [start.lon, start.lat], zoom: start.zoom } : {}),
    });
  } catch {
    state.mapFailed.value = true;
    return null;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-right");
  map.on("click", (event) => state.drawing.peek() === "no" && onPick([event.lngLat.lng, event.lngLat.lat]));
  map.on("moveend", remember);
  map.on("idle", () => (state.mapReady.value = base !== null && map!.isSourceLoaded("rdtr")));
  map.on("error", (event) => onProblem(event.error));
  pointAtZones(map);
  pickByKeyboard(map, onPick);
  const canvas = map.getCanvas();
  effect(() => canvas.setAttribute("aria-label", t("map.canvas")));
  effect(load(onProblem));
  effect(draw);
  return map;
}

function remember(): void {
  const { lng, lat } = map!.getCenter();
  state.view.value = { zoom: map!.getZoom(), lon: lng, lat };
}

function pointAtZones(on: MapLibre): void {
  on.on("mousemove", (event: MapMouseEvent) => {
    if (state.drawing.peek() !== "no" || !on.getLayer("zones")) return;
    on.getCanvas().style.cursor = on.queryRenderedFeatures(event.point, { layers: ["zones"] }).length ? "pointer" : "";
  });
}

/** With the map focused, Enter picks its centre; a cross shows where that is. */
function pickByKeyboard(on: MapLibre, onPick: Hearing["onPick"]): void {
  on.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || state.drawing.peek() !== "no") return;
    const { lng, lat } = on.getCenter();
    onPick([lng, lat]);
  });
}

/** Ask for the plan's style whenever plan, theme or language change; the last one asked for wins. */
function load(onProblem: Hearing["onProblem"]): () => (() => void) | undefined {
  return () => {
    const [plan, theme, language] = [state.plan.value, state.theme.value, lang.value];
    if (!plan) return undefined;
    let wanted = true;
    api.style(plan.id, theme, language).then((style) => {
      if (!wanted) return;
      base = style;
      state.switches.value = switchesOf(style);
      if (state.zoomedFor.peek() !== plan.id) home(plan.id, plan.bounds);
      redraw();
    }, onProblem);
    return () => (wanted = false);
  };
}

function home(id: string, bounds: Bounds): void {
  state.zoomedFor.value = id;
  if (!linked) fit(bounds, { animate: false });
  linked = false; // it was for this plan only
}

function look(): Look {
  const shown = state.checked.value.kind === "ready" ? state.checked.value.value.parts : null;
  const of = state.shownPermit.value;
  const parts = shown && { ...shown, features: shown.features.filter((f) => !of || f.properties?.["permit_id"] === of) };
  const name = state.raster.value;
  const place = state.tab.value !== "check"; // a check is about its site
  const here = state.here.value;
  return {
    theme: state.theme.value,
    switched: state.switched.value,
    muted: state.muted.value,
    opacity: state.opacity.value,
    raster: name && state.plan.value ? { address: api.rasterTileJson(state.plan.value.id, name), opacity: state.rasterOpacity.value } : null,
    picked: place && here.kind === "ready" ? (here.value.zone?.id ?? null) : null,
    spot: place ? state.spot.value : null,
    site: state.drawing.value === "no" ? (state.site.value?.shape ?? null) : null,
    parts: state.drawing.value === "no" ? parts : null,
  };
}

function draw(): void {
  const now = look(); // read first: an effect follows what it reads
  if (map && base) set(compose(base, now));
}

function redraw(): void {
  if (map && base) set(compose(base, look()));
}

let waiting: StyleSpecification | null = null;
let ready = false;

/** Put a style on the map, by difference where there is one; while one is being loaded only the last is kept. */
function set(style: StyleSpecification): void {
  if (waiting) {
    waiting = style;
    return;
  }
  if (ready) {
    map!.setStyle(style, { diff: true, transformStyle: keepDrawn });
    return;
  }
  waiting = style;
  map!.once("style.load", () => {
    ready = true;
    const last = waiting!;
    waiting = null;
    if (last !== style) set(last);
  });
  map!.setStyle(style, { diff: false });
}

function keepDrawn(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  if (!before) return next;
  const kept = Object.fromEntries(Object.entries(before.sources).filter(([id]) => DRAWN.test(id)));
  return { ...next, sources: { ...next.sources, ...kept }, layers: [...next.layers, ...before.layers.filter((l) => DRAWN.test(l.id))] };
}

const SHEET = 0.56; // of the screen, as in phone.css

/** Room that panels take from the map, so that what is shown is beside them. */
function padding(): { top: number; bottom: number; left: number; right: number } {
  if (state.narrow.peek()) {
    const low = state.sheet.peek() === "peek" ? 76 : SHEET * innerHeight;
    return { top: 28, bottom: Math.round(Math.min(low + 28, map!.getContainer().clientHeight - 120)), left: 28, right: 72 };
  }
  return { top: 48, bottom: 56, left: 476, right: state.layersOpen.peek() ? 444 : 92 };
}

export function fit([west, south, east, north]: Bounds, { animate = true } = {}): void {
  map?.fitBounds([west, south, east, north], { padding: padding(), animate: animate && !calm(), maxZoom: 18.5 });
}

/** Move a place out from under the sheet of a phone. */
export function uncover(at: LonLat): void {
  if (!map || !state.narrow.peek()) return;
  const room = padding();
  const { y } = map.project([...at]);
  const bottom = map.getContainer().clientHeight - room.bottom;
  if (y > bottom) map.panBy([0, y - (room.top + bottom) / 2], { animate: !calm() });
}

export function goTo(at: LonLat, zoom = 16): void {
  if (!map) return;
  const target = { center: [...at] as [number, number], zoom: Math.max(map.getZoom(), zoom), padding: padding() };
  if (calm()) map.jumpTo(target);
  else map.easeTo(target);
  map.setPadding({ top: 0, bottom: 0, left: 0, right: 0 });
}

export const zoomBy = (steps: number): void => void map?.zoomTo(map.getZoom() + steps, { animate: !calm() });

/** A picture of what is on the map, for printing. */
export function picture(): Promise<string> {
  return new Promise((resolve) => {
    if (!map) return resolve("");
    map.once("render", () => resolve(map!.getCanvas().toDataURL("image/png")));
    map.triggerRepaint();
  });
}

/** Show a site whole. */
export function fitSite(site: { features: unknown[] }): void {
  const box = outline(site as Parameters<typeof outline>[0]);
  if (box) fit(box);
}
