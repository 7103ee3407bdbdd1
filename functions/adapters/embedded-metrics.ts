import { writeSync } from 'node:fs'
import { FIGURES_NAMESPACE, type Figures } from '../../shared/deployment/figures.ts'

/** Tells figures to whoever watches the deployment. */
export type RecordFigures = (figures: Figures) => void

/** What a deployment's figures are told by. */
export interface EmbeddedMetricsParts {
  readonly stage: string
  readonly now: () => number
  /** Where lines go: by default to standard output. */
  readonly write?: (line: string) => void
}

/**
 * Figures as lines of the log in CloudWatch's embedded metric format: CloudWatch makes metrics of them, so a job needs no right to
 * put any, and none is lost with a call that fails.
 */
export function embeddedMetrics({ stage, now, write = toStandardOutput }: EmbeddedMetricsParts): RecordFigures {
  return (figures) => {
    const names = Object.keys(figures)
    if (names.length === 0) return
    const Metrics = names.map((Name) => ({ Name, Unit: 'Count' }))
    const CloudWatchMetrics = [{ Namespace: FIGURES_NAMESPACE, Dimensions: [['Stage']], Metrics }]
    write(JSON.stringify({ _aws: { Timestamp: now(), CloudWatchMetrics }, Stage: stage, ...figures }))
  }
}

/** At once, as the log is: Lambda freezes the process when a handler returns. */
function toStandardOutput(line: string): void {
  writeSync(1, `${line}\n`)
}
