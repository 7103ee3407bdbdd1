import { describe, expect, test } from 'vitest'
import { issue, makeKeys, privateKeyPem } from '../../functions/adapters/certificate-issuing.ts'
import { clusterId, findTopic, kafkaWith, tenantId, type WeirCluster } from './weir-cluster.ts'

/** Who is let in as the control plane, and whom the control plane trusts. */
export function certificateTests(scene: () => WeirCluster): void {
  describe('certificates', () => {
    test('of the same authority for another name open the door but allow nothing', async () => {
      const { authority, cluster, target } = scene()
      const keys = await makeKeys()
      const subject = { commonName: 'weir-control-plane', organisation: 'clu_other', lifetimeMilliseconds: 60_000 }
      const { certificatePem } = await issue(authority, subject, keys.publicKey, Date.now())
      const other = kafkaWith({ keyPem: await privateKeyPem(keys.privateKey), certificatePem, caPem: scene().caPem })
      expect((await other.brokers(target)).kafkaClusterUuid).toBe(cluster.clusterUuid)
      await expect(
        other.createTopic(target, { name: 'forbidden', partitions: 1, replicationFactor: 3, config: {} }),
      ).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('AUTHORIZATION_FAILED') })
      expect(await findTopic(scene(), 'forbidden')).toBeUndefined()
    })

    test('of another authority do not open the door', async () => {
      const { certificates, target } = scene()
      await certificates.ensureAuthority(tenantId, 'clu_stranger')
      const stranger = await certificates.controlPlane(tenantId, 'clu_stranger')
      const other = kafkaWith({ ...stranger, caPem: scene().caPem })
      await expect(other.brokers(target)).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
      await expect(other.quorum(target)).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
    })

    test('of brokers are not accepted from another authority', async () => {
      const { certificates, target } = scene()
      const own = await certificates.controlPlane(tenantId, clusterId)
      const { caPem: strangerPem } = await certificates.ensureAuthority(tenantId, 'clu_stranger')
      const other = kafkaWith({ ...own, caPem: strangerPem })
      await expect(other.topics(target)).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
    })
  })
}
