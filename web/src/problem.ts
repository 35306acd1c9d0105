// What went wrong, in words that a person can act on. Shows nothing.
import { lang, t } from "./words/index.ts";

/** A request that was refused or not answered. `message` is for people. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }

  /** Whether it was the network, so that trying again may help. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** The problem of an answer that is no success: the service's own words where it has some for people. */
export async function problemOf(answer: Response): Promise<Problem> {
  const document = await answer.json().catch(() => null);
  const detail = typeof document?.detail === "string" ? document.detail : "";
  return new Problem(words(answer, detail), answer.status);
}

function words(answer: Response, detail: string): string {
  if (answer.status >= 500 && answer.status !== 503) {
    return t("error.server", { id: answer.headers.get("x-request-id") ?? String(answer.status) });
  }
  const known = { 401: t("error.key"), 403: t("error.key"), 413: t("error.large"), 429: t("error.many") }[answer.status];
  if (known && detail) return `${known} (${detail})`;
  return known ?? (detail || t("error.unknown", { status: answer.status }));
}

/** Any thrown thing as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  void lang.value;
  if (error instanceof TypeError) return new Problem(t("error.offline"), 0); // what fetch throws without a network
  return new Problem(error instanceof Error ? error.message : String(error), -1);
}
