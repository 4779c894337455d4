import type { ComponentChildren } from "preact";
import type { Filter } from "./filter.ts";

/** Filters the list of samples and goes there; undefined where the page has no samples. */
export type Show = ((part: Partial<Filter>) => void) | undefined;

interface Props {
  show: Show;
  to: Partial<Filter>;
  class?: string;
  label?: string;
  children: ComponentChildren;
}

/** What stands for samples, as a way to them where they are in the page. */
export function Reach({ show, to, class: name = "", label, children }: Props) {
  if (show === undefined) return <span class={name.replace(/\blink\b/, "").trim()}>{children}</span>;
  return (
    <button type="button" class={name} aria-label={label} onClick={() => show(to)}>
      {children}
    </button>
  );
}
