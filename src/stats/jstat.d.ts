// What the tests use of jStat, which has no types of its own.
declare module "jstat" {
  interface Distribution {
    pdf(x: number, ...parameters: number[]): number;
    cdf(x: number, ...parameters: number[]): number;
    inv(p: number, ...parameters: number[]): number;
  }
  export const jStat: {
    readonly beta: Distribution;
    readonly binomial: Omit<Distribution, "inv">;
    readonly normal: Distribution;
    readonly studentt: Distribution;
    gammaln(x: number): number;
  };
}
