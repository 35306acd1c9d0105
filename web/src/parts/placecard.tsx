// The card of a picked place: zone, place names, limits, overlays, what the rasters say, and what is allowed.
import { useSignal } from "@preact/signals";
import * as actions from "../actions/index.ts";
import { isBlank, number, place, plain, squareMetres } from "../format.ts";
import { casesOf } from "../limits.ts";
import * as state from "../state.ts";
import type { Limit, OverlayHere, PlaceHere, ZoneHere } from "../types.ts";
import { lang, t, type Word } from "../words/index.ts";
import { AllowedList } from "./allowed.tsx";
import { Button, Fold, IconButton, Reference, Refused, Section, Skeleton } from "./bits.tsx";
import { Icon } from "./icon.tsx";

export function PlaceCard() {
  const now = state.here.value;
  if (now.kind === "none") return <Hint />;
  if (now.kind === "loading") return <Skeleton lines={7} />;
  if (now.kind === "failed") return <Refused problem={now.problem} onRetry={() => void actions.loadPlace()} />;
  return now.value.inside ? <Inside here={now.value} /> : <Outside here={now.value} />;
}

function Hint() {
  return (
    <div class="hint">
      <Icon name="pin" size={28} />
      <h2>{t("place.hint.title")}</h2>
      <p>{t("place.hint.text")}</p>
      <About />
    </div>
  );
}

function About() {
  const plan = state.plan.value;
  if (!plan) return null;
  return (
    <dl class="facts facts-plan">
      <dt>{t("plan.regulation")}</dt>
      <dd>{plan.regulation || "–"}</dd>
      {plan.valid_from && (
        <>
          <dt>{t("plan.valid")}</dt>
          <dd>{t("plan.until", { from: year(plan.valid_from), until: plan.valid_until ? year(plan.valid_until) : "–" })}</dd>
        </>
      )}
    </dl>
  );
}

const year = (iso: string) => iso.slice(0, 4);

function Outside({ here }: { here: PlaceHere }) {
  return (
    <div class="card">
      <Head title={t("place.outside.title")} subtitle={place(here.lon, here.lat, lang.value)} />
      <p class="note">{t("place.outside.text")}</p>
    </div>
  );
}

function Inside({ here }: { here: PlaceHere }) {
  const zone = here.zone;
  const code = zone?.KODSZN ?? zone?.KODZON ?? "";
  const name = zone?.name ?? zone?.NAMSZN ?? zone?.NAMOBJ ?? "";
  const more = (here.more_zones ?? []).map((z) => z.KODSZN ?? z.KODZON ?? "?").join(", ");
  return (
    <article class="card" aria-label={`${code} ${name}`}>
      <Head title={name} subtitle={code} color={zone?.color ?? undefined} />
      {more && <p class="note note-warn">{t("place.more", { codes: more })}</p>}
      <Facts here={here} />
      <Limits limits={here.limits ?? []} />
      <AllowedList />
      <Overlays overlays={here.overlays ?? []} />
      <Rasters here={here} />
      <Attributes zone={zone} />
      <footer class="card-foot">
        <Icon name="book" size={14} />
        <span>{here.plan.regulation || here.plan.title}</span>
        <Button kind="quiet" icon="link" onClick={copyLink}>
          {t("place.copy")}
        </Button>
      </footer>
    </article>
  );
}

function Head({ title, subtitle, color }: { title: string; subtitle: string; color?: string | undefined }) {
  return (
    <header class="card-head">
      {color && <span class="swatch swatch-large" style={{ background: color }} aria-hidden="true" />}
      <div>
        <p class="card-code">{subtitle}</p>
        <h2>{title}</h2>
      </div>
      <IconButton icon="close" label={t("place.close")} onClick={actions.closePlace} />
    </header>
  );
}

function Facts({ here }: { here: PlaceHere }) {
  const language = lang.value;
  const area = here.zone?.area_m2;
  const rows: [Word, string | null | undefined][] = [
    ["place.block", here.blok],
    ["place.swp", here.swp],
    ["place.wp", here.wp],
    ["place.kelurahan", here.kelurahan],
    ["place.kecamatan", here.kecamatan],
    ["place.area", area ? squareMetres(area, language) : null],
    ["place.coordinates", place(here.lon, here.lat, language)],
  ];
  return (
    <dl class="facts">
      {rows.map(([key, value]) => !isBlank(value) && [<dt>{t(key)}</dt>, <dd>{value}</dd>])}
    </dl>
  );
}

function Limits({ limits }: { limits: Limit[] }) {
  const chosen = useSignal("");
  const cases = casesOf(limits, lang.value);
  const now = cases.find((one) => one.name === chosen.value) ?? cases[0];
  if (!now) {
    return (
      <Section title={t("place.limits")}>
        <p class="note">{t("place.limits.none")}</p>
      </Section>
    );
  }
  const references = [...new Set(now.limits.map((l) => l.reference).filter(Boolean))];
  return (
    <Section title={t("place.limits")}>
      {cases.length > 1 && (
        <div class="pills" role="group" aria-label={t("limits.cases")}>
          {cases.map(({ name }) => (
            <button key={name} type="button" class="pill" aria-pressed={name === now.name} onClick={() => (chosen.value = name)}>
              {name || t("limits.always")}
            </button>
          ))}
        </div>
      )}
      {cases.length === 1 && now.name && <p class="note note-small">{now.name}</p>}
      <ul class="limits">
        {now.limits.map((limit) => (
          <li key={limit.key}>
            <span class="limit-label">{limit.label}</span>
            <span class="limit-value">{limitText(limit)}</span>
          </li>
        ))}
      </ul>
      {references.map((text) => (
        <Reference key={text} text={text} />
      ))}
    </Section>
  );
}

function limitText(limit: Limit): string {
  if (limit.text) return limit.text;
  return limit.value === null ? "–" : `${plain(limit.value, lang.value)}${limit.unit ? ` ${limit.unit}` : ""}`;
}

function Overlays({ overlays }: { overlays: OverlayHere[] }) {
  return (
    <Section title={t("place.overlays")}>
      {!overlays.length && <p class="note">{t("place.overlays.none")}</p>}
      <ul class="overlays">
        {overlays.map((one, k) => (
          <li key={k} class={`effect effect-${one.effect ?? "note"}`}>
            <strong>{one.name ?? one.field}</strong>
            {one.value && <span>{one.value}</span>}
            {one.text && <p>{one.text}</p>}
            <Reference text={one.reference} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Rasters({ here }: { here: PlaceHere }) {
  const rows = Object.entries(here.rasters ?? {}).filter(([, r]) => r.value !== null || r.label);
  if (!rows.length) return null;
  const titles = new Map(state.rasters.value.map((r) => [r.name, r.title ?? r.name]));
  return (
    <Section title={t("place.rasters")}>
      <dl class="facts">
        {rows.map(([name, r]) => [
          <dt>{titles.get(name) ?? name}</dt>,
          <dd>{r.label ?? `${plain(r.value ?? 0, lang.value)} ${r.unit ?? ""}`}</dd>,
        ])}
      </dl>
    </Section>
  );
}

function Attributes({ zone }: { zone: ZoneHere | null }) {
  const rows = Object.entries(zone?.attributes ?? {}).filter(([, value]) => !isBlank(value));
  if (!rows.length) return null;
  return (
    <Fold title={t("place.attributes")} extra={<span class="count">{rows.length}</span>}>
      <dl class="facts facts-raw">
        {rows.map(([name, value]) => [<dt>{name}</dt>, <dd>{typeof value === "number" ? number(value, lang.value, Number.isInteger(value) ? 0 : 4) : String(value)}</dd>])}
      </dl>
    </Fold>
  );
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    actions.toast(t("place.copied"), 2_500);
  } catch {
    actions.toast(location.href); // no clipboard without a secure address; then it is there to be copied by hand
  }
}
