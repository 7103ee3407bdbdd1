import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { hostApiHandler } from '../../host-api/handler.ts'
import { awsPorts } from '../aws-ports.ts'
import { identifyInstance } from '../host-identity.ts'

const environment = readEnvironment('hostApi', process.env)

/** What API Gateway invokes for the hosts. */
export const handler = hostApiHandler(await awsPorts(environment), identifyInstance(environment.WEIR_HOST_ROLE), {
  waitsWhileIdle: false,
})
