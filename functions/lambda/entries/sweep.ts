import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { awsPorts } from '../aws-ports.ts'
import { sweepHandler } from '../sweep.ts'

/** What the schedule invokes. */
export const handler = sweepHandler(await awsPorts(readEnvironment('sweep', process.env)))
