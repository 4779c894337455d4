import { useEffect, useState } from "preact/hooks";
import { moment } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { visible } from "../visible.ts";
import { Beside } from "./beside.tsx";
import { Changes } from "./changes.tsx";
import { ConfusionTables } from "./confusion.tsx";
import { everything, type Filter } from "./filter.ts";
import { Masthead, titleOf } from "./masthead.tsx";
import { Provenance } from "./provenance.tsx";
import { Results } from "./results.tsx";
import { Samples } from "./samples.tsx";
import { Slices } from "./slices.tsx";
import { Untrusted } from "./untrusted.tsx";

export function Page({ data }: { data: PageData }) {
  const [filter, setFilter] = useState<Filter>(everything);
  useEffect(() => {
    document.title = visible(titleOf(data));
  }, [data]);
  /** Every number on the page that counts samples leads to them. */
  const show = (part: Partial<Filter>) => {
    setFilter({ ...everything, ...part });
    document.getElementById("samples")?.scrollIntoView();
  };
  return (
    <>
      <a class="skip" href="#samples">
        Skip to the samples
      </a>
      <main>
        <Masthead data={data} />
        <Results data={data} />
        <Changes data={data} show={show} />
        <Beside data={data} show={show} />
        <Slices data={data} show={show} />
        <ConfusionTables data={data} show={show} />
        <Provenance data={data} />
        <Samples data={data} filter={filter} setFilter={setFilter} />
      </main>
      <footer>
        Made by <Untrusted text={data.tool} /> on {moment(data.made)}. Everything is in this file; it asks nobody for anything.
      </footer>
    </>
  );
}
