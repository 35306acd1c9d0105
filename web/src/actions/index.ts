// What the page does when it is asked to: questions to the service, their answers into the signals. Draws nothing.
export * from "./check.ts";
export * from "./layers.ts";
export * from "./news.ts";
export * from "./place.ts";
export * from "./plans.ts";
export * from "./site.ts";
