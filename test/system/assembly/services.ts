import type { Ec2Server } from '../../functions/adapters/ec2/ec2-server.ts'
import { dynamodbRequests } from './authorization/dynamodb.ts'
import { ec2Requests } from './authorization/ec2.ts'
import { eventsRequests, kmsRequests } from './authorization/json-services.ts'
import { forwardedTo, type Service } from './aws-front.ts'
import { launchTemplatesOf } from './cloud.ts'
import { fleetOf } from './fleet.ts'
import type { Identities } from './identities.ts'
import type { StateMachines } from './state-machines.ts'
import { stsService } from './sts.ts'
import type { Deployment } from './template.ts'

interface ServicesParts {
  readonly deployment: Deployment
  readonly identities: Identities
  readonly emulatorEndpoint: string
  readonly kmsEndpoint: string
  readonly ec2: Ec2Server
  readonly machines: StateMachines
}

/** Every service that the deployment calls, each with what its calls are authorised by. */
export function servicesOf(parts: ServicesParts): Readonly<Record<string, Service>> {
  const { deployment, identities, emulatorEndpoint, kmsEndpoint, ec2, machines } = parts
  const world = {
    region: deployment.region,
    account: deployment.account,
    cloud: ec2,
    launchTemplates: launchTemplatesOf(deployment),
    volumeKeyArn: fleetOf(deployment).volumeKeyArn,
  }
  return {
    dynamodb: { requests: (call) => dynamodbRequests(call, deployment), answer: forwardedTo(emulatorEndpoint) },
    events: { requests: (call) => eventsRequests(call, deployment), answer: forwardedTo(emulatorEndpoint) },
    kms: { requests: (call) => kmsRequests(call, deployment), answer: forwardedTo(kmsEndpoint) },
    ec2: { requests: ({ body }) => ec2Requests(body, world), answer: forwardedTo(ec2.endpoint) },
    states: machines.service,
    sts: stsService(identities),
  }
}
