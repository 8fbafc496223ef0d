/** What a probe is told: `ok` decides between 200 and 503, the rest is for people. */
export interface HealthReport {
  ok: boolean;
  [detail: string]: unknown;
}

/** Who can be asked for health: a working process, a scheduler, a fleet. */
export interface HealthSource {
  /** It lives; a process that does not should be started anew. */
  live(): HealthReport;
  /** It does what it is for at this moment. */
  ready(): HealthReport | Promise<HealthReport>;
  /** Prometheus text; `undefined` where `@reskue/metrics` is not installed. */
  metrics(): Promise<MetricsText | undefined>;
}

export interface MetricsText {
  contentType: string;
  text: string;
}
