import { FinegaugeError } from "../../core/errors.ts";

/** Models of this size or more, in bytes, are kept in memory one at a time; smaller ones do not matter. */
export const largeModelBytes = 100e6;

let held: { readonly name: string; readonly gone: Promise<void>; closing: boolean } | undefined;

/**
 * Takes the place for one large model; returns what gives it back. Waits for one that is being closed.
 *
 * @throws FinegaugeError `model.capability` while another one is in use: waiting for it could last forever
 */
export async function takeLargeModelPlace(name: string): Promise<(close: () => Promise<void>) => Promise<void>> {
  while (held !== undefined) {
    if (!held.closing) {
      throw new FinegaugeError(
        "model.capability",
        `${held.name} is in memory, and of models over 100 MB only one is kept there at once`,
        {
          hint: `run ${name} on its own, or serve one of the two by llama-server`,
        },
      );
    }
    await held.gone;
  }
  let leave = () => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const mine = { name, gone, closing: false };
  held = mine;
  return async (close) => {
    mine.closing = true;
    try {
      await close();
    } finally {
      held = undefined;
      leave();
    }
  };
}
