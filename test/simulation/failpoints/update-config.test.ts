import { failpointsOf } from '../failpoints.ts'

await failpointsOf('updateConfig')
