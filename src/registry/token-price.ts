import { z } from "zod";

const dollars = z.number().nonnegative();

/** US dollars per million tokens. Cached input without a price of its own costs what input does. */
export const tokenPriceSchema = z.strictObject({ input: dollars, output: dollars, cached_input: dollars.optional() });
export type TokenPrice = z.infer<typeof tokenPriceSchema>;

/** A price, and where it comes from: `OpenAI 2026-07-24`, or `own`. */
export interface KnownPrice {
  readonly price: TokenPrice;
  readonly source: string;
}

/** Prices by class of completion function and model; undefined = unknown, which is never 0. */
export type PriceLookup = (className: string, model: string) => KnownPrice | undefined;
