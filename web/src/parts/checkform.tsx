// The form of a check: where, what, and how large. Three steps on one page, all of them reachable at any time.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import * as actions from "../actions/index.ts";
import { parseNumber, percent, squareMetres } from "../format.ts";
import { roughArea } from "../map/shapes.ts";
import * as state from "../state.ts";
import { lang, t, type Word } from "../words/index.ts";
import { ActivityPicker } from "./activity.tsx";
import { Button, Fold, IconButton, Refused } from "./bits.tsx";
import { Icon } from "./icon.tsx";

export function CheckForm() {
  return (
    <form class="check" onSubmit={(event) => (event.preventDefault(), void actions.runCheck())}>
      <h2 class="unseen">{t("check.title")}</h2>
      <Step number={1} title={t("check.step.site")} done={state.site.value !== null}>
        {state.site.value ? <SiteHere site={state.site.value} /> : <SiteChoice />}
      </Step>
      <Step number={2} title={t("check.step.activity")} done={state.activity.value !== null}>
        <ActivityPicker />
      </Step>
      <Step number={3} title={t("check.step.building")} done={Object.values(state.figures.value).some(Boolean)} optional>
        <Building />
      </Step>
      <Run />
    </form>
  );
}

function Step({ number, title, done, optional, children }: { number: number; title: string; done: boolean; optional?: boolean; children: ComponentChildren }) {
  return (
    <fieldset class={`step ${done ? "step-done" : ""}`}>
      <legend>
        <span class="step-number" aria-hidden="true">
          {done ? <Icon name="check" size={14} /> : number}
        </span>
        {title}
        {optional && <small>{t("check.optional")}</small>}
      </legend>
      {children}
    </fieldset>
  );
}

function SiteChoice() {
  const pasting = useSignal(false);
  const file = useRef<HTMLInputElement>(null);
  if (state.siteLoad.value.kind === "loading") return <p class="note">{t("check.reading")}</p>;
  return (
    <>
      <div class="choices">
        <Button icon="polygon" kind="plain" disabled={state.mapFailed.value} onClick={() => void actions.drawSite()}>
          {t("check.draw")}
        </Button>
        <Button icon="upload" onClick={() => file.current?.click()}>
          {t("check.upload")}
        </Button>
        <Button icon="text" aria-expanded={pasting.value} onClick={() => (pasting.value = !pasting.value)}>
          {t("check.paste")}
        </Button>
      </div>
      <input
        ref={file}
        type="file"
        hidden // the button before it opens it
        accept=".zip,.geojson,.json,.gpkg,.kml,.kmz,.xlsx,.csv,.txt,.pdf,.parquet,.fgb"
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (chosen) void actions.readSite(chosen);
        }}
      />
      <p class="note note-small">{t("check.upload.kinds")}</p>
      {pasting.value && <Paste />}
      {state.siteLoad.value.kind === "failed" && <Refused problem={state.siteLoad.value.problem} />}
    </>
  );
}

function Paste() {
  const text = useSignal("");
  return (
    <div class="paste">
      <label for="coordinates">{t("check.paste.label")}</label>
      <textarea id="coordinates" class="input" rows={5} spellcheck={false} value={text.value} onInput={(e) => (text.value = e.currentTarget.value)} aria-describedby="coordinates-hint" />
      <p id="coordinates-hint" class="note note-small">
        {t("check.paste.hint")}
      </p>
      <Button disabled={!text.value.trim()} onClick={() => void actions.readSite(text.value)}>
        {t("check.paste.use")}
      </Button>
    </div>
  );
}

function SiteHere({ site }: { site: state.SiteHere }) {
  const language = lang.value;
  const area = `± ${squareMetres(Math.round(roughArea(site.shape)), language)}`.replace(/[,.]00/, "");
  const n = site.shape.features.length;
  const simple = n === 1 && site.shape.features[0]?.geometry?.type === "Polygon";
  return (
    <div class="site">
      <p class="site-title">
        <Icon name="polygon" size={18} />
        <strong>{n === 1 ? t("check.site.one", { area }) : t("check.site.many", { n, area })}</strong>
        {site.name && <span class="site-name">{t("check.site.from", { name: site.name })}</span>}
      </p>
      {site.confidence !== null && <p class="note note-small">{t("check.confidence", { share: percent(site.confidence, language) })}</p>}
      {site.reasons.slice(0, 5).map((text) => (
        <p key={text} class="note note-small">
          {text}
        </p>
      ))}
      <div class="choices choices-small">
        {simple && !state.mapFailed.value && (
          <Button kind="quiet" icon="edit" onClick={() => void actions.editSite()}>
            {t("check.edit")}
          </Button>
        )}
        {!state.mapFailed.value && (
          <Button kind="quiet" icon="polygon" onClick={() => void actions.drawSite()}>
            {t("check.redraw")}
          </Button>
        )}
        <IconButton icon="trash" label={t("check.remove")} onClick={actions.clearSite} />
      </div>
    </div>
  );
}

const UNITS: Record<state.Figure, string> = {
  certificate_area_m2: "m²",
  footprint_m2: "m²",
  floor_area_m2: "m²",
  green_m2: "m²",
  basement_m2: "m²",
  height_m: "m",
  floors: "",
  setback_front_m: "m",
  setback_side_m: "m",
  setback_rear_m: "m",
};
const ROADS = ["", "arteri", "kolektor", "lokal", "lingkungan"] as const;

function Building() {
  const filled = Object.values(state.figures.value).filter(Boolean).length + (state.roadClass.value ? 1 : 0);
  return (
    <Fold title={t("check.building.open")} extra={filled ? <span class="count">{filled}</span> : null}>
      <div class="figures">
        <label class="figure figure-wide">
          <span>{t("field.road_class")}</span>
          <select class="input" value={state.roadClass.value} onChange={(e) => (state.roadClass.value = e.currentTarget.value)}>
            {ROADS.map((road) => (
              <option key={road} value={road}>
                {t(`road.${road}` as Word)}
              </option>
            ))}
          </select>
        </label>
        {state.FIGURES.map((name) => (
          <Figure key={name} name={name} />
        ))}
      </div>
    </Fold>
  );
}

function Figure({ name }: { name: state.Figure }) {
  const text = state.figures.value[name] ?? "";
  const bad = text.trim() !== "" && parseNumber(text, lang.value) === null;
  const unit = UNITS[name];
  return (
    <label class="figure">
      <span>{t(`field.${name}` as Word)}</span>
      <span class="with-unit">
        <input
          class="input"
          inputMode="decimal"
          autocomplete="off"
          name={name}
          value={text}
          aria-invalid={bad}
          aria-describedby={bad ? `${name}-bad` : undefined}
          onInput={(e) => (state.figures.value = { ...state.figures.value, [name]: e.currentTarget.value })}
        />
        {unit && <span class="unit">{unit}</span>}
      </span>
      {bad && (
        <small id={`${name}-bad`} class="bad">
          {t("field.bad")}
        </small>
      )}
    </label>
  );
}

function Run() {
  const now = state.checked.value;
  const bad = state.FIGURES.some((name) => {
    const text = state.figures.value[name]?.trim() ?? "";
    return text !== "" && parseNumber(text, lang.value) === null;
  });
  const several = (state.site.value?.shape.features.length ?? 0) > 1; // a register brings its own activities
  const need = !state.site.value ? t("check.need.site") : !state.activity.value && !several ? t("check.need.activity") : "";
  return (
    <div class="run">
      {now.kind === "failed" && <Refused problem={now.problem} />}
      <Button kind="main" type="submit" disabled={need !== "" || bad || now.kind === "loading"} aria-describedby="need">
        {now.kind === "loading" ? t("check.running") : t("check.run")}
      </Button>
      <p id="need" class="note note-small">
        {need}
      </p>
    </div>
  );
}
