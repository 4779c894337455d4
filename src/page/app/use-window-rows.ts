import { measureElement, observeWindowOffset, observeWindowRect, Virtualizer, windowScroll } from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useState } from "preact/hooks";

/** Renders only the rows that the window shows; they measure themselves. */
export function useWindowRows(list: RefObject<HTMLElement | null>, count: number): Virtualizer<Window, HTMLElement> {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const [scrollMargin, setScrollMargin] = useState(0);
  const options = {
    count,
    scrollMargin,
    overscan: 8,
    estimateSize: () => 76,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    measureElement,
    // The filters stick to the top of the window.
    scrollPaddingStart: 120,
    onChange: again,
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLElement>(options));
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  // What stands above the list may fold and unfold, which moves the list.
  useEffect(() => {
    const update = () => {
      if (list.current !== null) setScrollMargin(list.current.getBoundingClientRect().top + scrollY);
    };
    const observer = new ResizeObserver(update);
    observer.observe(document.body);
    update();
    return () => observer.disconnect();
  }, [list]);
  return virtualizer;
}
