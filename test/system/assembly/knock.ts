import { signedByInstance } from '../../../agent/control-plane/credentials.ts'
import { createHostApi } from '../../../agent/control-plane/host-api.ts'
import { createSigner } from '../../../agent/instance/signer.ts'
import type { RunningAssembly } from './run-assembly.ts'
import { REGION } from './synthesize.ts'

/** Attaches as the agent of a machine does, with the keys of its role; gives the generation that it gets. */
export async function knock(assembly: RunningAssembly, instanceId: string): Promise<number> {
  const machine = assembly.ec2.machines.get(instanceId)
  const claim = ['tenant', 'cluster', 'node'].map((tag) => machine?.tags.get(`weir:${tag}`)).join('/')
  const sign = createSigner({
    service: 'execute-api',
    region: REGION,
    credentials: async () => assembly.hostKeys(instanceId),
    now: Date.now,
  })
  const api = createHostApi(
    async () => assembly.hostUrl,
    signedByInstance(sign, async () => claim),
  )
  return (await api.attach({ bootId: 'a boot', agentVersion: '1' })).generation
}
