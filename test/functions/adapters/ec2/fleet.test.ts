import { afterEach, describe } from 'vitest'
import { hostFleetContract } from '../../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene } from './fleet-fixture.ts'

const scenes: FleetScene[] = []
afterEach(() => Promise.all(scenes.splice(0).map(({ server }) => server.close())))

describe('the fleet on EC2', () => {
  hostFleetContract(async () => {
    const scene = await openFleetScene()
    scenes.push(scene)
    return scene
  })
})
