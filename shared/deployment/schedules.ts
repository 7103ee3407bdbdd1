/** A job that runs by itself: how often it is invoked, and how long one invocation may take. */
export interface JobSchedule {
  readonly everyMinutes: number
  readonly timeoutSeconds: number
}

/**
 * The jobs that follow a schedule. A schedule fires once a minute at most; the sweeper sweeps several times until the next one,
 * and has as long again for many clusters. Of the clusters another share is due in each run of the job for drift. What is due
 * by the clock is looked for each minute, because a volume that is nearly full cannot wait for longer.
 */
export const SCHEDULES = {
  sweep: { everyMinutes: 1, timeoutSeconds: 120 },
  drift: { everyMinutes: 5, timeoutSeconds: 300 },
  maintain: { everyMinutes: 1, timeoutSeconds: 120 },
  orphans: { everyMinutes: 30, timeoutSeconds: 300 },
} as const satisfies Record<string, JobSchedule>

/** The name of such a job. */
export type JobName = keyof typeof SCHEDULES
