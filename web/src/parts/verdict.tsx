// The result of a check: verdict, its four dimensions, parts by zone, reasons with their basis, downloads.
import * as actions from "../actions/index.ts";
import { day, metres, percent, squareMetres } from "../format.ts";
import * as state from "../state.ts";
import type { Dimension, ExplainLine, Outcome, PartRow, PermitRow, Report } from "../types.ts";
import { lang, t, type Word } from "../words/index.ts";
import { Button, Chip, Reference, Section, Shortened } from "./bits.tsx";
import { OutcomeSign } from "./icon.tsx";

const PARTS = 6; // rows shown at first
const REASONS = 6;
// the gravest reason is read first
const GRAVITY: readonly (Outcome | null)[] = [null, "permitted", "conditional", "undetermined", "partial", "prohibited"];
const gravity = (line: ExplainLine) => GRAVITY.indexOf(line.outcome);

const DIMENSIONS: readonly Dimension[] = ["use", "intensity", "siting", "overlay"];

export function Verdict({ checked }: { checked: state.Checked }) {
  const { report } = checked;
  const permit = report.permits.find((p) => p.permit_id === state.shownPermit.value);
  return permit ? <One checked={checked} permit={permit} /> : <Many report={report} />;
}

function One({ checked, permit }: { checked: state.Checked; permit: PermitRow }) {
  const { report } = checked;
  const lines = report.explain[permit.permit_id]?.lines ?? [];
  const parts = report.parts.filter((p) => p.permit_id === permit.permit_id);
  return (
    <article class={`verdict verdict-${permit.verdict}`} aria-label={t("verdict.title")}>
      <header class="verdict-head">
        <OutcomeSign outcome={permit.verdict} size={44} />
        <div>
          <p>{checked.activity?.name ?? permit.permit_id}</p>
          <h2>{t(`outcome.${permit.verdict}` as Word)}</h2>
        </div>
      </header>
      {state.mapPicture.value && <img class="print-map" src={state.mapPicture.value} alt={t("verdict.map")} />}
      <Figures permit={permit} />
      <Dimensions permit={permit} />
      <Parts parts={parts} />
      <Reasons lines={lines} />
      <Foot report={report} />
    </article>
  );
}

function Figures({ permit }: { permit: PermitRow }) {
  const language = lang.value;
  const approvable = permit.approvable_m2;
  return (
    <>
      <dl class="figures-line">
        <div>
          <dt>{t("verdict.area")}</dt>
          <dd>{squareMetres(permit.area_used_m2 ?? permit.area_m2, language)}</dd>
        </div>
        <div>
          <dt>{t("verdict.covered")}</dt>
          <dd>{percent(permit.covered_share, language)}</dd>
        </div>
        {approvable !== null && approvable !== undefined && (
          <div>
            <dt>{t("verdict.approvable")}</dt>
            <dd>{squareMetres(approvable, language)}</dd>
          </div>
        )}
      </dl>
      <Stability metresStable={permit.stable_to_m ?? null} />
    </>
  );
}

function Stability({ metresStable }: { metresStable: number | null }) {
  if (metresStable === null) return null;
  if (metresStable <= 0) return <p class="note note-warn">{t("verdict.unstable")}</p>;
  return <p class="note note-small stable">{t("verdict.stable", { m: metres(metresStable, lang.value) })}</p>;
}

function Dimensions({ permit }: { permit: PermitRow }) {
  return (
    <ul class="dimensions" aria-label={t("verdict.dimensions")}>
      {DIMENSIONS.map((name) => {
        const outcome = permit[name];
        return (
          <li key={name}>
            <span>{t(`dimension.${name}`)}</span>
            {outcome ? <Chip outcome={outcome}>{t(`outcome.${outcome}` as Word)}</Chip> : <span class="nothing">{t("dimension.none")}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Parts({ parts }: { parts: PartRow[] }) {
  if (!parts.length) return null;
  const colors = colorsOf();
  const sorted = [...parts].sort((a, b) => b.area_m2 - a.area_m2);
  return (
    <Section title={t("verdict.parts")}>
      <Shortened of={sorted} first={PARTS}>
        {(shown) => <PartTable parts={shown} colors={colors} />}
      </Shortened>
    </Section>
  );
}

function PartTable({ parts, colors }: { parts: readonly PartRow[]; colors: Map<string, string> }) {
  return (
      <table class="parts">
        <thead>
          <tr>
            <th scope="col">{t("verdict.parts.zone")}</th>
            <th scope="col" class="right">
              {t("verdict.parts.area")}
            </th>
            <th scope="col">{t("verdict.parts.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, k) => (
            <tr key={k} class={part.sliver ? "sliver" : ""}>
              <th scope="row">
                <div class="part-zone">
                  <span class="swatch" style={{ background: colors.get(part.KODSZN ?? "") ?? "var(--line)" }} aria-hidden="true" />
                  <div>
                    {part.KODSZN ?? "–"} <small>{[part.NAMOBJ, part.KODBLK].filter(Boolean).join(" · ")}</small>
                    {part.sliver && <small>{t("verdict.sliver")}</small>}
                  </div>
                </div>
              </th>
              <td class="right">
                {squareMetres(part.area_m2, lang.value)}
                <small>{percent(part.share, lang.value)}</small>
              </td>
              <td>
                <Chip outcome={part.outcome}>{part.permission || "–"}</Chip>
                <small>{t(`outcome.${part.outcome}` as Word)}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
  );
}

function colorsOf(): Map<string, string> {
  const now = state.legend.value;
  if (now.kind !== "ready") return new Map();
  return new Map(now.value.groups.flatMap((g) => g.zones.flatMap((z) => z.entries.map((e) => [e.code, e.color] as const))));
}

function Reasons({ lines }: { lines: ExplainLine[] }) {
  const groups = [...DIMENSIONS, null].map((name) => ({ name, of: lines.filter((line) => line.dimension === name) }));
  return (
    <Section title={t("verdict.reasons")}>
      {groups
        .filter((group) => group.of.length)
        .map(({ name, of }) => (
          <div key={name ?? "notes"} class="reasons">
            <h4>{name ? t(`dimension.${name}`) : t("dimension.notes")}</h4>
            <Shortened of={[...of].sort((a, b) => gravity(b) - gravity(a))} first={REASONS}>
              {(shown) => (
                <ul>
                  {shown.map((line, k) => (
                    <Reason key={k} line={line} />
                  ))}
                </ul>
              )}
            </Shortened>
          </div>
        ))}
    </Section>
  );
}

function Reason({ line }: { line: ExplainLine }) {
  return (
    <li class="reason">
      {line.outcome && <OutcomeSign outcome={line.outcome} size={16} />}
      <div>
        {line.outcome && <span class="unseen">{t(`outcome.${line.outcome}` as Word)}: </span>}
        {capital(line.text)}
        <Reference text={line.reference} />
      </div>
    </li>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function Foot({ report }: { report: Report }) {
  const { plan_hash: hash, tolerance_m: tolerance, on } = report.receipt as { plan_hash?: string; tolerance_m?: number; on?: string | null };
  const several = report.permits.length > 1;
  return (
    <footer class="verdict-foot">
      <Downloads one={!several} />
      <div class="choices choices-small">
        {several && <Button onClick={() => (state.shownPermit.value = "")}>{t("verdict.back")}</Button>}
        <Button icon="edit" onClick={() => (state.checked.value = state.none)}>
          {t("verdict.back.form")}
        </Button>
      </div>
      <p class="note note-small">
        <strong>{t("verdict.disclaimer")}</strong>
        <br />
        {report.plan.title} · {report.plan.regulation}
        <br />
        {t("verdict.receipt", {
          hash: (hash ?? report.plan.hash).slice(0, 12),
          m: tolerance === undefined ? "–" : metres(tolerance, lang.value),
          on: on ? day(on, lang.value) : t("verdict.today"),
        })}
      </p>
    </footer>
  );
}

function Downloads({ one }: { one: boolean }) {
  return (
    <div class="choices" role="group" aria-label={t("verdict.download")}>
      <Button icon="download" onClick={() => void actions.download("xlsx")}>
        XLSX
      </Button>
      <Button icon="download" onClick={() => void actions.download("geojson")}>
        GeoJSON
      </Button>
      {one && (
        <Button icon="download" onClick={() => void actions.download("pdf")}>
          PDF
        </Button>
      )}
      <Button icon="print" onClick={() => void actions.print()}>
        {t("verdict.print")}
      </Button>
    </div>
  );
}

const SHOWN = 200; // rows of a list on the page; the files have all

function Many({ report }: { report: Report }) {
  const counts = Object.entries(report.summary) as [Outcome, number][];
  return (
    <article class="verdict" aria-label={t("verdict.title")}>
      <h2>{t("verdict.many", { n: report.permits.length })}</h2>
      <ul class="dimensions">
        {counts
          .filter(([, n]) => n)
          .map(([outcome, n]) => (
            <li key={outcome}>
              <Chip outcome={outcome}>{t(`outcome.${outcome}` as Word)}</Chip>
              <strong>{n}</strong>
            </li>
          ))}
      </ul>
      <ul class="permits">
        {report.permits.slice(0, SHOWN).map((permit) => (
          <li key={permit.permit_id}>
            <button type="button" onClick={() => (state.shownPermit.value = permit.permit_id)}>
              <OutcomeSign outcome={permit.verdict} size={18} />
              <span>{permit.permit_id}</span>
              <small>{squareMetres(permit.area_m2, lang.value)}</small>
            </button>
          </li>
        ))}
      </ul>
      <Foot report={report} />
    </article>
  );
}
