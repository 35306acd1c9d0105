// Lines for everybody: to a screen reader, for some seconds on the screen, about the network.
import { asProblem } from "../problem.ts";
import * as state from "../state.ts";

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
