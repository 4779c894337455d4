import { Fragment } from "preact";
import { Untrusted } from "./untrusted.tsx";

/** A dotted or dashed name that may break after its parts and nowhere else. */
export function Name({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[./:_-])(?=[^./:_-])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          <Untrusted text={part} />
        </Fragment>
      ))}
    </>
  );
}
