import { describe, expect, test } from "vitest";
import { day, hectares, isBlank, parseNumber, parsePlace, percent, place, plain, squareMetres } from "./format.ts";

test("areas are written as officers write them", () => {
  expect(squareMetres(1234.56, "id")).toBe("1.234,56 m²");
  expect(squareMetres(1234.56, "en")).toBe("1,234.56 m²");
});

test("a small area in hectares is not nothing", () => {
  expect(hectares(0.0123, "id")).toBe("0,0123");
  expect(hectares(1234.5, "id")).toBe("1.235");
});

test("a share is whole only where it is", () => {
  expect(percent(1, "id")).toBe("100,0 %");
  expect(percent(0.9996, "id")).toBe("99,96 %");
  expect(percent(0.5, "id")).toBe("50,0 %");
});

test("decimals that say nothing are left out", () => {
  expect(plain(12, "id")).toBe("12");
  expect(plain(1.2, "id")).toBe("1,2");
});

test("days are written in words", () => {
  expect(day("2025-01-02", "id")).toBe("2 Januari 2025");
  expect(day(null, "id")).toBe("");
});

test("places south of the equator say so", () => {
  expect(place(117.4997, -0.1301, "id")).toBe("0,130100° LS, 117,499700° BT");
});

describe("numbers are read as they are typed", () => {
  test.each([
    ["1.234,56", "id", 1234.56],
    ["1234,56", "id", 1234.56],
    ["1234.56", "id", 1234.56],
    ["1.234", "id", 1234],
    ["1.234.567", "id", 1234567],
    ["1.2", "id", 1.2],
    ["0,5", "id", 0.5],
    ["1,234.56", "en", 1234.56],
    ["1,234", "en", 1234],
    ["1.234", "en", 1.234],
    [" 12 ", "id", 12],
  ] as const)("%s (%s)", (text, lang, value) => expect(parseNumber(text, lang)).toBe(value));

  test.each(["", "abc", "12 m", "--3"])("%s is none", (text) => expect(parseNumber(text, "id")).toBeNull());
});

describe("a place is told from its two numbers", () => {
  test.each([
    ["0.13, 117.5", [117.5, 0.13]],
    ["117.5 0.13", [117.5, 0.13]],
    ["-6,2; 106,8", [106.8, -6.2]],
  ] as const)("%s", (text, at) => expect(parsePlace(text)).toEqual(at));

  test.each(["47111", "12 13", "blok 1 117.5"])("%s is none", (text) => expect(parsePlace(text)).toBeNull());
});

test("values that say nothing are known", () => {
  for (const value of [null, undefined, "", " ", "-", "Tidak Ada"]) expect(isBlank(value)).toBe(true);
  for (const value of [0, "0", "I.C.2", "Tidak Ada Jalan"]) expect(isBlank(value)).toBe(false);
});
