import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { embeddedMetrics } from '../../adapters/embedded-metrics.ts'
import { awsPorts } from '../aws-ports.ts'
import { sweepHandler } from '../sweep.ts'

const environment = readEnvironment('sweep', process.env)

/** What the schedule invokes. */
export const handler = sweepHandler(
  await awsPorts(environment),
  embeddedMetrics({ stage: environment.WEIR_STAGE, now: Date.now }),
)
