// The site of a check: drawn, changed, read from a file or a text.
import { batch } from "@preact/signals";
import * as api from "../api.ts";
import { fitSite, theMap } from "../map/canvas.ts";
import type { Pen } from "../map/draw.ts";
import { asProblem } from "../problem.ts";
import * as state from "../state.ts";
import type { Site, SiteAnswer } from "../types.ts";
import { lang, t } from "../words/index.ts";
import { say } from "./news.ts";

let pen: Pen | null = null;

export const thePen = (): Pen | null => pen;

export async function drawSite(): Promise<void> {
  const map = theMap();
  if (!map) return;
  const { startDrawing } = await import("../map/draw.ts");
  stopPen();
  batch(() => {
    clearSite();
    state.corners.value = 0;
    state.drawing.value = "draw";
    if (state.narrow.value) state.sheet.value = "peek";
  });
  pen = startDrawing(map, (site) => {
    endDrawing();
    if (site) useSite(site, "");
  });
  map.getCanvas().focus({ preventScroll: true });
  say(t("check.drawing"));
}

export async function editSite(): Promise<void> {
  const map = theMap();
  const now = state.site.value;
  const shape = now?.shape.features[0]?.geometry;
  if (!map || !now || shape?.type !== "Polygon") return;
  const { startEditing } = await import("../map/draw.ts");
  stopPen();
  batch(() => {
    state.checked.value = state.none;
    state.drawing.value = "edit";
    if (state.narrow.value) state.sheet.value = "peek";
  });
  pen = startEditing(map, shape, (site) => {
    endDrawing();
    useSite(site ?? now.shape, now.name);
  });
}

export function endDrawing(): void {
  stopPen();
  batch(() => {
    state.drawing.value = "no";
    if (state.narrow.value) state.sheet.value = "half";
  });
}

function stopPen(): void {
  pen?.stop();
  pen = null;
}

export function clearSite(): void {
  batch(() => {
    state.site.value = null;
    state.siteLoad.value = state.none;
    state.checked.value = state.none;
    state.shownPermit.value = "";
  });
}

export async function readSite(source: File | string): Promise<void> {
  const plan = state.plan.value;
  if (!plan) return;
  clearSite();
  state.siteLoad.value = state.loading;
  try {
    const read = await api.readSite(plan.id, source, lang.value);
    state.siteLoad.value = state.none;
    const reasons = (read.reasons ?? []).map((r) => (typeof r === "string" ? r : (r.text ?? r.message ?? ""))).filter(Boolean);
    useSite(collection(read), typeof source === "string" ? "" : source.name, read.confidence ?? null, reasons);
  } catch (error) {
    state.siteLoad.value = { kind: "failed", problem: asProblem(error) };
    say(asProblem(error).message);
  }
}

const collection = ({ features }: SiteAnswer): Site => ({ type: "FeatureCollection", features });

function useSite(shape: Site, name: string, confidence: number | null = null, reasons: string[] = []): void {
  batch(() => {
    state.checked.value = state.none;
    state.site.value = { shape, name, confidence, reasons };
    state.tab.value = "check";
  });
  fitSite(shape);
}
