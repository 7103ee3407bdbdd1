import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultCacheDir } from '../../../agent/kafka/fetch.ts'
import { bundleAgent } from '../../../local/hosts/bundle-agent.ts'
import { hostDirOf } from '../../../local/hosts/host-spec.ts'
import { makeVolume } from '../../../local/hosts/make-volume.ts'
import { powerOffHost } from '../../../local/hosts/power-off.ts'
import { powerOnHost } from '../../../local/hosts/power-on.ts'
import { type InstanceMetadataServer, startInstanceMetadata } from '../../emulator/instance-metadata.ts'
import { hostRoleOf } from './cloud.ts'
import type { RunningAssembly } from './run-assembly.ts'
import { ADDRESS, REGION } from './synthesize.ts'

/** The machines of the cloud, played on this one. */
export interface PlayedHosts {
  /** Switches all of them off. */
  stop(): Promise<void>
}

/** How often the cloud is looked at for machines that run or have ended. */
const LOOK_EVERY_MILLISECONDS = 200

/**
 * Plays each machine that runs in the cloud and has its volume by a host of this machine: the agent with real Kafka, on the
 * loopback address that its interface got, and a metadata service that hands it the keys of its role. A machine that is ended loses its power.
 */
export async function playHosts(assembly: RunningAssembly, home: string): Promise<PlayedHosts> {
  mkdirSync(home, { recursive: true })
  const agentFile = await bundleAgent(home)
  const stopping = new AbortController()
  const on = new Set<string>()
  const services = new Map<string, InstanceMetadataServer>()
  const { machines, volumes, stateOf } = assembly.ec2

  async function look(): Promise<void> {
    for (const machine of [...machines.values()]) {
      const state = stateOf(machine)
      const volume = [...volumes.values()].find(({ holder }) => holder?.instanceId === machine.id)
      if (state === 'running' && volume && !on.has(machine.id)) {
        on.add(machine.id)
        const role = { name: hostRoleOf(assembly.deployment), keys: assembly.hostKeys(machine.id) }
        const facts = { instanceId: machine.id, tags: machine.tags, role }
        const metadata = await startInstanceMetadata(facts, { address: ADDRESS })
        services.set(machine.id, metadata)
        await makeVolume(home, volume.id)
        await powerOnHost({
          home,
          instanceId: machine.id,
          volumeId: volume.id,
          controlPlaneUrl: assembly.hostUrl,
          // Its role proves who it is.
          token: '',
          instanceCredentials: { kind: 'instance', region: REGION, metadataEndpoint: metadata.endpoint },
          kafkaReleasesDir: defaultCacheDir(process.env),
          agentFile,
        })
      }
      if ((state === 'shutting-down' || state === 'terminated') && on.delete(machine.id)) {
        await powerOffHost(hostDirOf(home, machine.id))
        await services.get(machine.id)?.stop()
      }
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch((thrown: unknown) => assembly.failed(thrown))
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all(
        [...on].map(async (instanceId) => {
          await powerOffHost(hostDirOf(home, instanceId))
          await services.get(instanceId)?.stop()
        }),
      )
    },
  }
}
