// Small pieces that several cards use: buttons, sections, chips, problems. They know only whether the page is printed.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../problem.ts";
import { printing } from "../state.ts";
import type { Outcome } from "../types.ts";
import { t } from "../words/index.ts";
import { Icon, type IconName, OutcomeSign } from "./icon.tsx";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon" | "ref"> & { icon?: IconName; kind?: "main" | "plain" | "quiet" };

export function Button({ icon, kind = "plain", children, ...rest }: ButtonProps) {
  return (
    <button type="button" class={`button button-${kind}`} {...rest}>
      {icon && <Icon name={icon} size={18} />}
      {children && <span>{children}</span>}
    </button>
  );
}

export function IconButton({ icon, label, ...rest }: Omit<JSX.IntrinsicElements["button"], "icon" | "label" | "ref"> & { icon: IconName; label: string }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

export function Section({ title, extra, children }: { title: string; extra?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section">
      <header class="section-head">
        <h3>{title}</h3>
        {extra}
      </header>
      {children}
    </section>
  );
}

export function Fold({ title, extra, children, open = false }: { title: string; extra?: ComponentChildren; children: ComponentChildren; open?: boolean }) {
  return (
    <details class="fold" open={open}>
      <summary>
        <span>{title}</span>
        {extra}
        <Icon name="chevron" size={16} />
      </summary>
      <div class="fold-body">{children}</div>
    </details>
  );
}

export function Chip({ outcome, children }: { outcome: Outcome; children: ComponentChildren }) {
  return (
    <span class={`chip chip-${outcome}`}>
      <OutcomeSign outcome={outcome} size={14} />
      {children}
    </span>
  );
}

export function Refused({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="refused" role="alert">
      <p>{problem.status === 404 && !problem.message.includes(" ") ? t("error.missing") : problem.message}</p>
      {onRetry && <Button onClick={onRetry}>{t("error.retry")}</Button>}
    </div>
  );
}

/** The first of a long list, and a button for the rest. */
export function Shortened<T>({ of, first, children }: { of: readonly T[]; first: number; children: (shown: readonly T[]) => ComponentChildren }) {
  const asked = useSignal(false);
  const all = asked.value || printing.value;
  const left = of.length - first;
  return (
    <>
      {children(all ? of : of.slice(0, first))}
      {left > 0 && !all && (
        <button type="button" class="more" onClick={() => (asked.value = true)}>
          {t("verdict.more", { n: left })}
        </button>
      )}
    </>
  );
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, k) => (
        <span key={k} />
      ))}
    </div>
  );
}

export function Reference({ text }: { text?: string | null | undefined }) {
  if (!text) return null;
  return (
    <span class="reference">
      <Icon name="book" size={13} />
      <span class="unseen">{t("place.reference")}: </span>
      {text}
    </span>
  );
}
