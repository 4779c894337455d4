/** A share with its 95 % interval. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a judge's verdicts are worth, by people's labels of some of them. */
export interface JudgeCalibration {
  /**
   * `own`: replies of this run were labelled; `carried`: those of another run, of the same judge, prompt and eval; `void`: there are
   * labels, of another judge or prompt, which say nothing about this one.
   */
  readonly state: "own" | "carried" | "void";
  /** The run whose replies were labelled. */
  readonly run: string;
  /** Labels that say yes or no, and those that say neither. */
  readonly labels: number;
  readonly unsure: number;
  /** Cohen's kappa, never without the two base rates; null where it is not defined. */
  readonly kappa: number | null;
  /** Share that passes, by the judge over all its verdicts, and by people, worked out for all of them. */
  readonly base_rate: { readonly judge: number; readonly people: number | null };
  /** Share of replies that people pass which the judge passes too, and of those they fail which it fails. */
  readonly tpr: Share | null;
  readonly tnr: Share | null;
  /** The share that people would pass, were they to judge all replies. */
  readonly corrected: (Share & { readonly se: number; readonly method: "stratified-ppi++" | "rogan-gladen" }) | null;
  /** Why something is missing, or what to keep in mind. */
  readonly reason?: string;
}
