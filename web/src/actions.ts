// What the page does when it is asked to: questions to the service, their answers into the signals. Draws nothing.
import { batch } from "@preact/signals";
import * as api from "./api.ts";
import { parseNumber } from "./format.ts";
import { fit, fitSite, goTo, picture, theMap, uncover } from "./map/canvas.ts";
import type { Pen } from "./map/draw.ts";
import { asProblem, type Problem } from "./problem.ts";
import * as state from "./state.ts";
import type { Activity, LonLat, Place, PlanSummary, Report, Site, SiteAnswer } from "./types.ts";
import { lang, t } from "./words/index.ts";

const RETRY_MS = 5_000;
const REFRESH_MS = 60_000; // a plan replaced on the service is on the map a minute later

export function say(text: string): void {
  state.said.value = text;
}

let hideToast: ReturnType<typeof setTimeout> | undefined;
export function toast(text: string, ms = 6_000): void {
  state.toast.value = text;
  clearTimeout(hideToast);
  hideToast = setTimeout(() => (state.toast.value = ""), ms);
}

/** Tell a problem that belongs to no card. */
export function tell(error: unknown): void {
  const problem = asProblem(error);
  if (problem.offline) state.online.value = false;
  else if (problem.status > 0) toast(problem.message);
}

// ---- plans

/** Ask which plans there are, again and again: soon while there is none, later for newer versions. */
export async function loadPlans(wanted: string | undefined): Promise<void> {
  try {
    const found = await api.plans();
    batch(() => {
      if (!same(found)) state.plans.value = { kind: "ready", value: found };
      state.online.value = true;
      if (!found.some((p) => p.id === state.planId.value)) {
        state.planId.value = (found.find((p) => p.id === wanted) ?? found[0])?.id ?? "";
      }
    });
    again(found.length ? REFRESH_MS : RETRY_MS, wanted);
  } catch (error) {
    const problem = asProblem(error);
    if (state.plans.value.kind !== "ready") state.plans.value = { kind: "failed", problem };
    state.online.value = !problem.offline;
    again(RETRY_MS, wanted);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;

function again(ms: number, wanted: string | undefined): void {
  clearTimeout(timer);
  timer = setTimeout(() => void loadPlans(wanted), ms);
}

/** Whether the plans are those that are known, in the same versions; then nothing is drawn anew. */
function same(found: PlanSummary[]): boolean {
  const known = state.plans.value;
  return known.kind === "ready" && JSON.stringify(known.value) === JSON.stringify(found);
}

export function choosePlan(id: string): void {
  batch(() => {
    state.planId.value = id;
    state.muted.value = new Set();
    state.raster.value = "";
    closePlace();
    clearSite();
    state.activity.value = null;
  });
}

/** What belongs to a plan in a theme and language: legend, rasters. */
export async function loadAround(): Promise<void> {
  const plan = state.plan.value;
  const [theme, language] = [state.theme.value, lang.value];
  if (!plan) return;
  const legend = api.legend(plan.id, theme, language).then(
    (value) => (state.legend.value = { kind: "ready", value }),
    (error) => (state.legend.value = { kind: "failed", problem: asProblem(error) }),
  );
  const rasters = api.rasters(plan.id, language).then(
    (value) => (state.rasters.value = value),
    () => (state.rasters.value = []),
  );
  await Promise.all([legend, rasters]);
}

export async function loadRasterLegend(): Promise<void> {
  const [plan, name, language] = [state.plan.value, state.raster.value, lang.value];
  state.rasterLegend.value = plan && name ? await api.rasterLegend(plan.id, name, language).catch(() => null) : null;
}

// ---- a place

let asking = new AbortController();

export function pick(at: LonLat): void {
  batch(() => {
    state.spot.value = at;
    state.tab.value = "place";
    if (state.narrow.value && state.sheet.value !== "full") state.sheet.value = "half";
  });
  uncover(at);
}

export function closePlace(): void {
  asking.abort();
  batch(() => {
    state.spot.value = null;
    state.here.value = state.none;
    state.allowed.value = state.none;
  });
}

/** Ask what holds at the picked place, in the language that is chosen. */
export async function loadPlace(): Promise<void> {
  const [plan, at, language] = [state.plan.value, state.spot.value, lang.value];
  asking.abort();
  if (!plan || !at) return;
  asking = new AbortController();
  const { signal } = asking;
  const same = state.here.peek();
  const stays = same.kind === "ready" && same.value.lon === at[0] && same.value.lat === at[1];
  if (!stays) batch(() => ([state.here.value, state.allowed.value] = [state.loading, state.loading]));
  try {
    const here = await api.at(plan.id, at, language, signal);
    state.here.value = { kind: "ready", value: here };
    say(here.inside ? `${here.zone?.KODSZN ?? ""} ${here.zone?.name ?? ""}` : t("place.outside.title"));
    if (!here.inside) return void (state.allowed.value = state.none);
  } catch (error) {
    if (!signal.aborted) state.here.value = { kind: "failed", problem: asProblem(error) };
    return;
  }
  await loadAllowed(plan.id, at, signal);
}

async function loadAllowed(plan: string, at: LonLat, signal: AbortSignal): Promise<void> {
  try {
    state.allowed.value = { kind: "ready", value: await api.allowed(plan, at, lang.value, signal) };
  } catch (error) {
    if (!signal.aborted) state.allowed.value = { kind: "failed", problem: asProblem(error) };
  }
}

export function goToPlace(place: Place): void {
  fit(place.bounds);
}

export function goToPoint(at: LonLat): void {
  goTo(at, 17);
  pick(at);
}

export function showWhole(): void {
  if (state.plan.value) fit(state.plan.value.bounds);
}

export function locate(): void {
  const failed = () => toast(t("map.locate.failed"));
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(({ coords }) => goToPoint([coords.longitude, coords.latitude]), failed, { timeout: 10_000 });
}

// ---- a site

let pen: Pen | null = null;

export const thePen = (): Pen | null => pen;

export async function drawSite(): Promise<void> {
  const map = theMap();
  if (!map) return;
  const { startDrawing } = await import("./map/draw.ts");
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
  const { startEditing } = await import("./map/draw.ts");
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

// ---- a check

export function chooseActivity(activity: Activity | null): void {
  batch(() => {
    state.activity.value = activity;
    state.checked.value = state.none;
  });
}

/** From the list of a place to the check of one activity. */
export function checkHere(activity: Activity): void {
  batch(() => {
    chooseActivity(activity);
    state.tab.value = "check";
  });
}

/** The site with what was filled in as its columns; figures that are no numbers are left out. */
export function asked(): Site | null {
  const now = state.site.value;
  if (!now) return null;
  const filled: Record<string, unknown> = {};
  if (state.roadClass.value) filled["road_class"] = state.roadClass.value;
  for (const name of state.FIGURES) {
    const value = parseNumber(state.figures.value[name] ?? "", lang.value);
    if (value !== null) filled[name] = value;
  }
  const features = now.shape.features.map((feature, k) => ({
    type: "Feature" as const,
    geometry: feature.geometry,
    properties: { permit_id: `P-${k + 1}`, ...feature.properties, ...filled },
  }));
  return { type: "FeatureCollection", features };
}

/** The day it is here, as the service takes it. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export async function runCheck(): Promise<void> {
  const [plan, site, activity] = [state.plan.value, asked(), state.activity.value];
  if (!plan || !site) return;
  batch(() => {
    state.checked.value = state.loading;
    state.shownPermit.value = "";
    state.mapPicture.value = "";
  });
  const on = today();
  const how = { activity: activity?.activity_id, on, lang: lang.value };
  try {
    const [report, parts] = await Promise.all([api.check(plan.id, site, how), api.checkedParts(plan.id, site, how)]);
    batch(() => {
      state.checked.value = { kind: "ready", value: { report, parts, asked: site, activity, on } };
      if (report.permits.length === 1) state.shownPermit.value = report.permits[0]!.permit_id;
      if (state.narrow.value) state.sheet.value = "full";
    });
    announce(report);
  } catch (error) {
    const problem = asProblem(error);
    state.checked.value = { kind: "failed", problem };
    say(problem.message);
  }
}

/** The same check in the language that is now chosen. */
export async function recheck(): Promise<void> {
  const now = state.checked.peek();
  const plan = state.plan.peek();
  if (now.kind !== "ready" || !plan) return;
  const how = { activity: now.value.activity?.activity_id, on: now.value.on, lang: lang.value };
  const report = await api.check(plan.id, now.value.asked, how).catch(() => null);
  if (report && state.checked.peek() === now) state.checked.value = { kind: "ready", value: { ...now.value, report } };
}

function announce(report: Report): void {
  const first = report.permits[0];
  if (!first) return;
  if (report.permits.length > 1) return say(t("verdict.many", { n: report.permits.length }));
  const lines = report.explain[first.permit_id]?.lines ?? [];
  const reason = lines.find((line) => line.outcome === first.verdict)?.text ?? "";
  say(t("verdict.announce", { verdict: first.verdict_label, reason }));
}

export async function download(format: api.Format): Promise<Problem | null> {
  const now = state.checked.value;
  const plan = state.plan.value;
  if (now.kind !== "ready" || !plan) return null;
  try {
    const how = { activity: now.value.activity?.activity_id, on: now.value.on, lang: lang.value };
    save(await api.download(plan.id, now.value.asked, format, how), `hasil-${plan.id}.${format}`);
    return null;
  } catch (error) {
    const problem = asProblem(error);
    toast(problem.status === 406 ? t("download.pdf.none") : problem.message);
    return problem;
  }
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function print(): Promise<void> {
  state.mapPicture.value = await picture();
  state.printing.value = true;
  await new Promise((resolve) => setTimeout(resolve, 50)); // let the picture into the page
  window.print();
  state.printing.value = false;
}

// ---- layers and legend

export function flip(key: string): void {
  const next = new Set(state.switched.value);
  if (!next.delete(key)) next.add(key);
  state.switched.value = next;
}

/** Every code of the legend. */
export function allCodes(): string[] {
  const now = state.legend.value;
  if (now.kind !== "ready") return [];
  return now.value.groups.flatMap((g) => g.zones.flatMap((z) => z.entries.map((e) => e.code || e.name)));
}

/** Show only these codes, or all again where they already are alone. */
export function isolate(codes: string[]): void {
  const others = allCodes().filter((code) => !codes.includes(code));
  const alone = others.length === state.muted.value.size && others.every((code) => state.muted.value.has(code));
  state.muted.value = new Set(alone ? [] : others);
}

export function mute(codes: string[]): void {
  const next = new Set(state.muted.value);
  const all = codes.every((code) => next.has(code));
  for (const code of codes) all ? next.delete(code) : next.add(code);
  state.muted.value = next;
}
