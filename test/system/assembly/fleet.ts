import { z } from 'zod'
import { FleetSettings } from '../../../shared/deployment/fleet-settings.ts'
import type { Deployment } from './template.ts'

const Told = z.looseObject({ Variables: z.looseObject({ WEIR_FLEET: z.string().optional() }) })

/** The fleet that the functions of the deployment are told of: what the stacks have made, by the ids that it got here. */
export function fleetOf(deployment: Deployment): FleetSettings {
  const [told] = deployment
    .all('AWS::Lambda::Function')
    .flatMap(({ properties }) => Told.parse(properties.Environment).Variables.WEIR_FLEET ?? [])
  if (told === undefined) throw new Error('no function of the deployment is told of a fleet')
  const { stage: _, ...settings } = z.looseObject({}).parse(JSON.parse(told))
  return FleetSettings.parse(settings)
}
