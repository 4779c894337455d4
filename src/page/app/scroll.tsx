import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** What is wider than the page scrolls in its own box; a shadow at an edge says that there is more behind it. */
export function Scroll({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const mark = () => {
    if (inner.current === null) return;
    const { scrollLeft, scrollWidth, clientWidth } = inner.current;
    box.current?.classList.toggle("more-left", scrollLeft > 1);
    box.current?.classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 1);
  };
  useLayoutEffect(() => {
    const seen = new ResizeObserver(mark);
    // The box follows the window, its content what is in it.
    for (const element of [inner.current, ...(inner.current?.children ?? [])]) if (element !== null) seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return (
    <div ref={box} class="scroll-box">
      <div ref={inner} class="scroll" onScroll={mark}>
        {children}
      </div>
    </div>
  );
}
