import { failpointsOf } from '../failpoints.ts'

await failpointsOf('shrinkBrokers')
