import { describe, expect, it } from 'vitest'
import type { BareHost } from './bare-host.ts'
import type { WeirCluster } from './weir-cluster.ts'

const METADATA = 'metadata.version'

/** Levels other than those that a cluster of 3.9.2 is born with. */
export function featureLevelTests(scene: () => WeirCluster): void {
  /** The level of metadata that every listener says it works at. */
  async function levels(): Promise<readonly (number | undefined)[]> {
    const { nodes } = await scene().kafka.features(scene().target)
    return nodes.map(({ finalised }) => finalised.get(METADATA))
  }

  const everywhere = (level: number) => [level, level, level, level, level, level]

  async function bringTo(level: number, kind: 'upgrade' | 'safeDowngrade'): Promise<void> {
    for (const validateOnly of [true, false])
      await scene().kafka.updateFeatures(scene().target, { [METADATA]: level }, { validateOnly, kind })
    await expect.poll(levels, { timeout: 60_000 }).toEqual(everywhere(level))
  }

  /** The node comes back on an empty volume that is formatted for a level. */
  async function replaceVolume(host: BareHost, metadataVersion: string): Promise<void> {
    await host.stop('SIGTERM')
    await host.loseVolume()
    await host.format(metadataVersion)
    await host.start()
    await host.running()
  }

  const isWhole = async () => {
    const [{ voters }, { brokers }] = await Promise.all([
      scene().kafka.quorum(scene().target),
      scene().kafka.brokers(scene().target),
    ])
    return voters.every(({ caughtUp }) => caughtUp) && voters.length === 3 && brokers.length === 3
  }

  describe('the levels of a cluster of 3.9.2', () => {
    it('may be others than it would be born with, and a node on an empty volume joins them, whatever it was formatted for', async () => {
      const [first, second] = scene().cluster.hosts
      if (!first || !second) throw new Error('a cluster has hosts')
      expect(await levels()).toEqual(everywhere(21))
      await bringTo(19, 'safeDowngrade')
      // Formatted for a newer level than the cluster has: what counts is what the others have.
      await replaceVolume(first, '3.9-IV0')
      await expect.poll(isWhole, { timeout: 60_000 }).toBe(true)
      expect(await levels()).toEqual(everywhere(19))
      await bringTo(21, 'upgrade')
      await replaceVolume(second, '3.7-IV4')
      await expect.poll(isWhole, { timeout: 60_000 }).toBe(true)
      expect(await levels()).toEqual(everywhere(21))
    })
  })
}
