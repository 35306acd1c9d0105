// "Boleh bangun apa di sini?": every activity with its permission, filtered by words and by permission.
import { useSignal } from "@preact/signals";
import * as actions from "../actions/index.ts";
import { matches } from "../match.ts";
import { permissionKey } from "../outcomes.ts";
import * as state from "../state.ts";
import type { AllowedActivity } from "../types.ts";
import { t, type Word } from "../words/index.ts";
import { Chip, IconButton, Reference, Refused, Section, Skeleton } from "./bits.tsx";

const FIRST = 12;
const STEP = 50;
const KEYS = ["I", "T", "B", "TB", "-", "X"] as const; // what may be built is read first
type Key = (typeof KEYS)[number];

export function AllowedList() {
  const now = state.allowed.value;
  if (now.kind === "none") return null;
  return (
    <Section title={t("allowed.title")}>
      {now.kind === "loading" && <Skeleton lines={5} />}
      {now.kind === "failed" && <Refused problem={now.problem} />}
      {now.kind === "ready" && <Listed activities={now.value.activities} />}
    </Section>
  );
}

function Listed({ activities }: { activities: AllowedActivity[] }) {
  const text = useSignal("");
  const only = useSignal<Key | "">("");
  const most = useSignal(FIRST);
  if (!activities.length) return <p class="note">{t("allowed.unlisted")}</p>;
  const counts = counted(activities);
  const found = byPermission(activities).filter(
    (a) => (!only.value || permissionKey(a.permission) === only.value) && matches(text.value, `${a.name} ${(a.kbli ?? []).join(" ")}`),
  );
  return (
    <>
      <input
        class="input"
        type="search"
        aria-label={t("allowed.filter")}
        placeholder={t("allowed.filter")}
        value={text.value}
        onInput={(event) => ((text.value = event.currentTarget.value), (most.value = FIRST))}
      />
      <div class="pills" role="group" aria-label={t("allowed.title")}>
        <Pill on={only.value === ""} onClick={() => (only.value = "")} label={t("allowed.all")} count={activities.length} />
        {KEYS.filter((key) => counts.has(key)).map((key) => (
          <Pill
            key={key}
            on={only.value === key}
            onClick={() => (only.value = only.value === key ? "" : key)}
            label={t(`permission.${key}` as Word)}
            count={counts.get(key)!}
          />
        ))}
      </div>
      <ul class="allowed" aria-live="off">
        {found.slice(0, most.value).map((one) => (
          <Row key={one.activity_id} one={one} />
        ))}
      </ul>
      {!found.length && <p class="note">{t("allowed.none")}</p>}
      {found.length > most.value && (
        <button type="button" class="more" onClick={() => (most.value += STEP)}>
          {t("allowed.more", { n: Math.min(STEP, found.length - most.value) })}
        </button>
      )}
    </>
  );
}

function counted(activities: AllowedActivity[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const { permission } of activities) counts.set(permissionKey(permission), (counts.get(permissionKey(permission)) ?? 0) + 1);
  return counts;
}

function byPermission(activities: AllowedActivity[]): AllowedActivity[] {
  const rank = (a: AllowedActivity) => KEYS.indexOf(permissionKey(a.permission));
  return [...activities].sort((a, b) => rank(a) - rank(b)); // stable: within a permission the plan's order stays
}

function Pill({ on, onClick, label, count }: { on: boolean; onClick: () => void; label: string; count: number }) {
  return (
    <button type="button" class="pill" aria-pressed={on} onClick={onClick}>
      {label} <span class="count">{count}</span>
    </button>
  );
}

function Row({ one }: { one: AllowedActivity }) {
  return (
    <li>
      <div class="allowed-head">
        <span class="allowed-name">{one.name}</span>
        <Chip outcome={one.outcome}>{t(`permission.${permissionKey(one.permission)}` as Word)}</Chip>
        <IconButton icon="check" label={`${t("allowed.check")}: ${one.name}`} onClick={() => actions.checkHere(one)} />
      </div>
      {(one.conditions ?? []).map((c, k) => (
        <p key={k} class="condition">
          <b>{c.code}</b> {c.text}
        </p>
      ))}
      {one.outcome !== "permitted" && <Reference text={one.reference} />}
    </li>
  );
}
