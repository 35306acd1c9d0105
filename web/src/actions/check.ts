// A check: what is asked, its report, downloads, print.
import { batch } from "@preact/signals";
import * as api from "../api.ts";
import { parseNumber } from "../format.ts";
import { picture } from "../map/canvas.ts";
import { asProblem, type Problem } from "../problem.ts";
import * as state from "../state.ts";
import type { Activity, Report, Site } from "../types.ts";
import { lang, t } from "../words/index.ts";
import { say, toast } from "./news.ts";

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
