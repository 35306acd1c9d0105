// Icons of the page, drawn here so that none is fetched. Decoration only: the words stand beside or in a label.
import type { Outcome } from "../types.ts";

const PATHS = {
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.8-1.7L20 20",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  home: "M4 4h6M4 4v6M20 4h-6M20 4v6M4 20h6M4 20v-6M20 20h-6M20 20v-6",
  locate: "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12Zm0-16v4m0 12v4M2 12h4m12 0h4",
  layers: "m12 3 9 5-9 5-9-5 9-5Zm-9 9 9 5 9-5M3 16l9 5 9-5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  eyeOff: "M4 4l16 16M9.9 5.800A9 9 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a17 17 0 0 1-2.7 3.500M6.3 7.300A16 16 0 0 0 2.5 12S6 18.5 12 18.500c1.5 0 2.9-.4 4.1-1M10 10a3 3 0 0 0 4 4",
  pin: "M12 21s7-6.2 7-11.500A7 7 0 0 0 5 9.500C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  polygon: "M5 7l8-3 6 6-2 9-10 1-2-13Z",
  upload: "M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4",
  download: "M12 4v12m0 0-5-5m5 5 5-5M4 20h16",
  text: "M5 6h14M5 12h14M5 18h9",
  edit: "M4 20h4L19 9l-4-4L4 16v4Zm9-13 4 4",
  trash: "M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13",
  print: "M7 9V3h10v6M7 17H4v-7h16v7h-3M7 14h10v7H7v-7Z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.700l1-1",
  check: "M4 12.5 9.5 18 20 6.5",
  chevron: "m7 10 5 5 5-5",
  undo: "M8 5 4 9l4 4M4 9h9a6 6 0 0 1 0 12H9",
  book: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3V4Zm0 13a3 3 0 0 1 3-3h11",
  sun: "M12 16.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2.500M12 19.500V22M2 12h2.500M19.5 12H22M4.9 4.900l1.8 1.800M17.3 17.300l1.8 1.800M4.9 19.100l1.8-1.800M17.3 6.700l1.8-1.8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

// each outcome has a shape of its own, so that it is told without colour
const SIGNS: Record<Outcome, string> = {
  permitted: "M5 12.5 10 17.5 19.5 7",
  conditional: "M12 5v9m0 4v.6",
  partial: "M12 4a8 8 0 0 1 0 16V4Z",
  prohibited: "M6.5 6.500l11 11m0-11-11 11",
  undetermined: "M8.5 9a3.5 3.5 0 1 1 5 3.200c-1 .6-1.5 1.2-1.5 2.300m0 3.500v.6",
};

export function OutcomeSign({ outcome, size = 20 }: { outcome: Outcome; size?: number }) {
  return (
    <svg class={`sign sign-${outcome}`} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="11.5" class="sign-ground" />
      <g transform="translate(12 12) scale(.66) translate(-12 -12)">
        <path d={SIGNS[outcome]} class={outcome === "partial" ? "sign-fill" : "sign-line"} />
      </g>
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#123a5a" />
      <path d="M6 8.5 14 6v12.500L6 20z" fill="#ffdc00" />
      <path d="M15.5 5.6 26 8v8.200l-10.5 1.900z" fill="#f0731e" />
      <path d="m6 21.5 8-1.500v6.500L6 25z" fill="#4ba500" />
      <path d="m15.5 19.7 10.5-1.900V25l-10.5 1.500z" fill="#97dbf2" />
    </svg>
  );
}
