/** Data of server-sent events out of a text that comes in pieces. */
export interface EventData {
  /** @returns the data of the events that this piece ended */
  feed(text: string): string[];
  /** What an event without its empty line behind it has: some servers leave the last one out. */
  rest(): string[];
}

/** Reads events as the standard says, as far as their data go: names, ids and comments are left out. */
export function eventData(): EventData {
  let pending = "";
  let data: string[] = [];
  const takeLine = (line: string): string | undefined => {
    if (line === "") {
      if (data.length === 0) return undefined;
      const whole = data.join("\n");
      data = [];
      return whole;
    }
    if (line.startsWith("data:")) data.push(line.startsWith("data: ") ? line.slice(6) : line.slice(5));
    return undefined;
  };
  const feed = (text: string): string[] => {
    pending += text;
    const events: string[] = [];
    let from = 0;
    for (let at = pending.indexOf("\n"); at >= 0; at = pending.indexOf("\n", from)) {
      const end = at > from && pending[at - 1] === "\r" ? at - 1 : at;
      const event = takeLine(pending.slice(from, end));
      if (event !== undefined) events.push(event);
      from = at + 1;
    }
    pending = pending.slice(from);
    return events;
  };
  return { feed, rest: () => feed("\n\n") };
}
