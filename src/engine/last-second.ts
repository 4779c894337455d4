/** How many there were in the last second, by tenths of it. */
export interface LastSecond {
  add(count: number, now: number): void;
  /** One that was counted in the last tenth, or before, is none. */
  takeBack(): void;
  total(now: number): number;
}

const slotMs = 100;
const slotsPerSecond = 1000 / slotMs;

export function lastSecond(): LastSecond {
  const slots = new Float64Array(slotsPerSecond);
  let slot = 0;

  function moveTo(now: number): void {
    const to = Math.floor(now / slotMs);
    for (let i = Math.max(slot + 1, to - slotsPerSecond + 1); i <= to; i++) slots[i % slotsPerSecond] = 0;
    slot = Math.max(slot, to);
  }

  function count(by: number): void {
    const i = slot % slotsPerSecond;
    slots[i] = (slots[i] as number) + by;
  }

  return {
    add(by, now) {
      moveTo(now);
      count(by);
    },
    takeBack: () => count(-1),
    total(now) {
      moveTo(now);
      return slots.reduce((sum, each) => sum + each, 0);
    },
  };
}
