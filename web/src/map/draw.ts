// Drawing and changing a site by hand, with pointer or keyboard. Loaded when first wanted: it is a fifth of the page.
import type { Map as MapLibre } from "maplibre-gl";
import { TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { Polygon } from "geojson";
import * as state from "../state.ts";
import type { Site } from "../types.ts";

const INK = "#0e2233";
const PAPER = "#ffffff";
const LOOK = { fillColor: INK, fillOpacity: 0.15, outlineColor: INK, outlineWidth: 2 } as const;
const CORNER = { closingPointColor: PAPER, closingPointWidth: 6, closingPointOutlineColor: INK, closingPointOutlineWidth: 2 } as const;
const POINT = { coordinatePointColor: INK, coordinatePointWidth: 4, coordinatePointOutlineColor: PAPER, coordinatePointOutlineWidth: 1 } as const;
const SELECTED = {
  selectedPolygonColor: INK,
  selectedPolygonFillOpacity: 0.15,
  selectedPolygonOutlineColor: INK,
  selectedPolygonOutlineWidth: 2,
  selectionPointColor: PAPER,
  selectionPointWidth: 7,
  selectionPointOutlineColor: INK,
  selectionPointOutlineWidth: 2,
  midPointColor: INK,
  midPointWidth: 4,
  midPointOutlineColor: PAPER,
  midPointOutlineWidth: 1,
} as const;

export interface Pen {
  /** Close the polygon where it can be. */
  finish: () => void;
  undo: () => void;
  /** Add a corner at the middle of the map, for those who draw without a pointer. */
  addAtCentre: () => void;
  stop: () => void;
}

/** Start to draw; `onDone` gets the polygon, or null where the drawing was given up. */
export function startDrawing(map: MapLibre, onDone: (site: Site | null) => void): Pen {
  const draw = pen(map);
  const stop = () => draw.enabled && draw.stop();
  draw.on("change", () => (state.corners.value = cornersOf(draw)));
  draw.on("finish", (id) => {
    const shape = draw.getSnapshotFeature(id)?.geometry;
    queueMicrotask(() => {
      stop();
      onDone(shape?.type === "Polygon" ? siteOf(shape) : null);
    });
  });
  draw.start();
  draw.setMode("polygon");
  map.doubleClickZoom.disable();
  return {
    finish: () => press(map, "Enter"),
    undo: () => draw.canUndo() && draw.undo(),
    addAtCentre: () => tapCentre(map),
    stop: () => (stop(), map.doubleClickZoom.enable()),
  };
}

/** Let the corners of a polygon be moved; `stop` gives the result. */
export function startEditing(map: MapLibre, shape: Polygon, onDone: (site: Site | null) => void): Pen {
  const draw = pen(map);
  draw.start();
  draw.setMode("select");
  const rounded = { ...shape, coordinates: shape.coordinates.map((ring) => ring.map(([x, y]) => [round(x!), round(y!)])) };
  const [added] = draw.addFeatures([{ type: "Feature", geometry: rounded, properties: { mode: "polygon" } }]);
  if (added?.valid && added.id !== undefined) draw.selectFeature(added.id);
  return {
    finish: () => {
      const now = added?.id === undefined ? undefined : draw.getSnapshotFeature(added.id)?.geometry;
      draw.stop();
      onDone(now?.type === "Polygon" ? siteOf(now) : null);
    },
    undo: () => undefined,
    addAtCentre: () => undefined,
    stop: () => draw.enabled && draw.stop(),
  };
}

const round = (value: number): number => Number(value.toFixed(9)); // what terra-draw takes; a tenth of a millimetre

function pen(map: MapLibre): TerraDraw {
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, prefixId: "td" }),
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    modes: [
      new TerraDrawPolygonMode({
        styles: { ...LOOK, ...CORNER, ...POINT },
        showCoordinatePoints: true,
        pointerDistance: 14, // a finger is wide
        keyEvents: { cancel: null, finish: "Enter" }, // Escape is the page's
        validation: (feature, { updateType }) =>
          updateType === "finish" || updateType === "commit" ? ValidateNotSelfIntersecting(feature) : { valid: true },
      }),
      new TerraDrawSelectMode({
        styles: SELECTED,
        allowManualDeselection: false,
        flags: { polygon: { feature: { draggable: false, coordinates: { draggable: true, midpoints: true, deletable: true } } } },
      }),
    ],
  });
}

function cornersOf(draw: TerraDraw): number {
  const shape = draw.getSnapshot().find((f) => f.geometry.type === "Polygon");
  return Number(shape?.properties["committedCoordinateCount"] ?? 0);
}

function siteOf(shape: Polygon): Site {
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: shape }] };
}

function press(map: MapLibre, key: string): void {
  const on = map.getCanvas();
  for (const type of ["keydown", "keyup"]) on.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true }));
}

function tapCentre(map: MapLibre): void {
  const canvas = map.getCanvas();
  const box = canvas.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true, pointerId: 1, isPrimary: true, button: 0 };
  for (const type of ["pointermove", "pointerdown", "pointerup"]) {
    canvas.dispatchEvent(new PointerEvent(type, { ...at, buttons: type === "pointerdown" ? 1 : 0 }));
  }
}
