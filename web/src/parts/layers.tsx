// Legend and layers: what each colour means, which are shown, how dense, and the rasters below.
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import * as actions from "../actions/index.ts";
import { hectares } from "../format.ts";
import { matches } from "../match.ts";
import * as state from "../state.ts";
import type { LegendEntry, LegendZone } from "../types.ts";
import { lang, t } from "../words/index.ts";
import { Button, Fold, IconButton, Refused, Section, Skeleton } from "./bits.tsx";

export function Layers() {
  return (
    <>
      <Switches />
      <LegendHere />
    </>
  );
}

function Switches() {
  const plain = state.switches.value.filter((s) => !s.overlay);
  const overlays = state.switches.value.filter((s) => s.overlay);
  return (
    <div class="switches">
      <Fold title={t("layers.shown")} extra={<span class="count">{shownOf(plain)}</span>}>
        {plain.map((one) => (
          <Switch key={one.key} one={one} />
        ))}
        <Slider label={t("layers.opacity")} value={state.opacity} />
      </Fold>
      {overlays.length > 0 && (
        <Fold title={t("layers.overlays")} extra={<span class="count">{shownOf(overlays)}</span>}>
          {overlays.map((one) => (
            <Switch key={one.key} one={one} />
          ))}
        </Fold>
      )}
      {state.rasters.value.length > 0 && (
        <Fold title={t("layers.rasters")} open={state.raster.value !== ""}>
          <Rasters />
        </Fold>
      )}
    </div>
  );
}

const shownOf = (all: state.Switch[]) => `${all.filter((s) => state.isShown(s)).length}/${all.length}`;

function Switch({ one }: { one: state.Switch }) {
  const overlay = overlayOf(one.overlay);
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={state.isShown(one)} onChange={() => actions.flip(one.key)} />
      {overlay && <span class={`hatch hatch-${overlay.pattern}`} style={{ color: overlay.color }} aria-hidden="true" />}
      <span>{one.name}</span>
    </label>
  );
}

function overlayOf(field: string | null) {
  const now = state.legend.value;
  return field && now.kind === "ready" ? now.value.overlays.find((o) => o.field === field) : undefined;
}

function Slider({ label, value }: { label: string; value: Signal<number> }) {
  const percent = Math.round(value.value * 100);
  return (
    <label class="slider">
      <span>{label}</span>
      <input type="range" min={0} max={100} step={5} value={percent} aria-valuetext={`${percent} %`} onInput={(e) => (value.value = Number(e.currentTarget.value) / 100)} />
      <output>{percent} %</output>
    </label>
  );
}

function Rasters() {
  const legend = state.rasterLegend.value;
  return (
    <div role="radiogroup" aria-label={t("layers.rasters")}>
      {[{ name: "", title: t("layers.none") }, ...state.rasters.value].map((one) => (
        <label key={one.name} class="switch">
          <input type="radio" name="raster" checked={state.raster.value === one.name} onChange={() => (state.raster.value = one.name)} />
          <span>{one.title ?? one.name}</span>
        </label>
      ))}
      {state.raster.value && <Slider label={t("layers.rasterOpacity")} value={state.rasterOpacity} />}
      {legend?.entries && (
        <ul class="ramp">
          {legend.entries.map((entry, k) => (
            <li key={k}>
              <span class="swatch" style={{ background: entry.color }} aria-hidden="true" />
              {entry.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function LegendHere() {
  const text = useSignal("");
  const now = state.legend.value;
  if (now.kind === "none" || now.kind === "loading") return <Skeleton lines={8} />;
  if (now.kind === "failed") return <Refused problem={now.problem} onRetry={() => void actions.loadAround()} />;
  const reset = state.muted.value.size > 0 && (
    <Button kind="quiet" icon="eye" onClick={() => (state.muted.value = new Set())}>
      {t("legend.reset")}
    </Button>
  );
  return (
    <Section title={t("legend.title")} extra={reset}>
      <input class="input" type="search" aria-label={t("legend.filter")} placeholder={t("legend.filter")} value={text.value} onInput={(e) => (text.value = e.currentTarget.value)} />
      {now.value.groups.map((group) => {
        const zones = group.zones.map((zone) => filtered(zone, text.value)).filter((zone) => zone.entries.length);
        if (!zones.length) return null;
        return (
          <section key={group.id} class="legend-group">
            <h4>
              {group.name} <small>{t("legend.area", { ha: hectares(group.area_ha, lang.value) })}</small>
            </h4>
            <ul class="legend">{zones.flatMap((zone) => [<Zone key={`zone-${zone.code}-${zone.name}`} zone={zone} />, ...entriesOf(zone)])}</ul>
          </section>
        );
      })}
    </Section>
  );
}

function filtered(zone: LegendZone, text: string): LegendZone {
  if (matches(text, `${zone.code} ${zone.name}`)) return zone;
  return { ...zone, entries: zone.entries.filter((e) => matches(text, `${e.code} ${e.name}`)) };
}

const keyOf = (entry: LegendEntry) => entry.code || entry.name;

/** The line of a zone with several sub-zones; one that has only itself needs no line of its own. */
function Zone({ zone }: { zone: LegendZone }) {
  if (zone.entries.length < 2) return null;
  return <Line title={zone.name} codes={zone.entries.map(keyOf)} head />;
}

function entriesOf(zone: LegendZone) {
  return zone.entries.map((entry) => <Line key={keyOf(entry)} title={entry.name} codes={[keyOf(entry)]} entry={entry} inner={zone.entries.length > 1} />);
}

function Line({ title, codes, entry, head, inner }: { title: string; codes: string[]; entry?: LegendEntry; head?: boolean; inner?: boolean }) {
  const off = codes.every((code) => state.muted.value.has(code));
  const name = entry ? `${entry.code} ${title}` : title;
  return (
    <li class={`legend-line${off ? " legend-off" : ""}${head ? " legend-head" : ""}${inner ? " legend-inner" : ""}`}>
      <button type="button" class="legend-main" onClick={() => actions.isolate(codes)} title={t("legend.only", { name })}>
        {entry && <span class="swatch" style={{ background: entry.color }} aria-hidden="true" />}
        {entry?.code && <span class="legend-code">{entry.code}</span>}
        <span class="legend-name">{title}</span>
        {entry && <span class="legend-area">{hectares(entry.area_ha, lang.value)}</span>}
      </button>
      <IconButton icon={off ? "eyeOff" : "eye"} aria-pressed={!off} label={t(off ? "legend.show" : "legend.hide", { name })} onClick={() => actions.mute(codes)} />
    </li>
  );
}
