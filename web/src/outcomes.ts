// Colours and signs of the five outcomes, in each theme. A sign stands beside every colour: colour alone tells nothing.
import type { Outcome, Theme } from "./types.ts";

type Inks = Record<Outcome, string>;

const LIGHT: Inks = {
  permitted: "#1b7f4d",
  conditional: "#9a6a00",
  partial: "#5b4bb7",
  prohibited: "#b3261e",
  undetermined: "#566270",
};
const DARK: Inks = {
  permitted: "#5fd39a",
  conditional: "#f2c14e",
  partial: "#b3a6ff",
  prohibited: "#ff8a80",
  undetermined: "#aab6c3",
};
// Okabe and Ito 2008, told apart with every common colour blindness
const COLORBLIND: Inks = {
  permitted: "#009e73",
  conditional: "#e69f00",
  partial: "#0072b2",
  prohibited: "#d55e00",
  undetermined: "#6b6b6b",
};

export const OUTCOME_INKS: Record<Theme, Inks> = { light: LIGHT, dark: DARK, colorblind: COLORBLIND };

export const OUTCOMES: readonly Outcome[] = ["permitted", "conditional", "partial", "prohibited", "undetermined"];

/** What a cell of the activity matrix permits, as a key of words: I, T, B, TB, X, or - for not stated. */
export function permissionKey(cell: string | null | undefined): "I" | "T" | "B" | "TB" | "X" | "-" {
  const text = (cell ?? "").toUpperCase();
  if (text.includes("X")) return "X";
  const [limited, conditional] = [text.includes("T"), text.includes("B")];
  if (limited && conditional) return "TB";
  if (limited || conditional) return limited ? "T" : "B";
  return text.includes("I") ? "I" : "-";
}
