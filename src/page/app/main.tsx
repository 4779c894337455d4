import { render } from "preact";
import type { PageData } from "../page-data.ts";
import "./style/base.css";
import "./style/results.css";
import "./style/verdict.css";
import "./style/changes.css";
import "./style/board.css";
import "./style/samples.css";
import "./style/sheet.css";
import "./style/narrow.css";
import "./style/print.css";
import { Page } from "./page.tsx";

const holder = document.getElementById("page");
const text = document.getElementById("data")?.textContent;
if (holder !== null && text) render(<Page data={JSON.parse(text) as PageData} />, holder);
