import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { embeddedMetrics } from '../../adapters/embedded-metrics.ts'
import { awsPorts } from '../aws-ports.ts'
import { maintainHandler } from '../maintain.ts'

const environment = readEnvironment('maintain', process.env)

/** What the schedule invokes. */
export const handler = maintainHandler(
  await awsPorts(environment),
  embeddedMetrics({ stage: environment.WEIR_STAGE, now: Date.now }),
)
