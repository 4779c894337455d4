import type { PageData } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Untrusted } from "./untrusted.tsx";

/** Where the numbers come from, and how to get them again. */
export function Provenance({ data }: { data: PageData }) {
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">Where the numbers come from</h2>
      {data.command !== undefined && (
        <div class="command">
          <p>This report again:</p>
          <pre>
            <Untrusted text={data.command} />
          </pre>
        </div>
      )}
      <div class="provenances">
        {data.runs.map((run) => (
          <details key={run.id} class="provenance">
            <summary>
              <Untrusted text={`${columnOf(data, run)} on ${evalOf(data, run)}`} />
            </summary>
            <dl class="pairs">
              {run.provenance.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <Untrusted text={value} />
                  </dd>
                </div>
              ))}
            </dl>
            <p>The same again:</p>
            <pre>
              <Untrusted text={run.command} />
            </pre>
          </details>
        ))}
      </div>
    </section>
  );
}
