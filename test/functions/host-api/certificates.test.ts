import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCertificateRequest } from '../../../agent/tls/certificate-request.ts'
import { certificateAuthority } from '../../../functions/adapters/certificate-authority.ts'
import { issueCertificate } from '../../../functions/host-api/certificates.ts'
import { fileAuthorityKeys } from '../../../local/authority-keys.ts'
import { keys } from '../../../shared/records/keys.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { putRecord } from '../../../shared/state/stored.ts'
import { stateFixture } from '../../shared/state/state-fixture.ts'
import { aBroker, aCluster } from '../../workflows/records.ts'

const names = { bootstrap: 'bootstrap.clu-1.kafka.example.com', changeId: 'C1' }
const name = 'b1.clu-1.kafka.example.com'

/** The names in the certificate of node 1 of a cluster with these records. */
async function certified(
  cluster: Parameters<typeof aCluster>[0],
  broker: Parameters<typeof aBroker>[1],
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'weir-certificates-'))
  try {
    const ports = stateFixture()
    const certificates = certificateAuthority({ keyStore: fileAuthorityKeys(home), clock: ports.clock })
    await certificates.ensureAuthority('acme', 'clu_1')
    await ports.store.transact([
      putRecord(keys.cluster('acme', 'clu_1'), aCluster(cluster), undefined),
      putRecord(keys.broker('acme', 'clu_1', 1), aBroker(1, broker), undefined),
    ])
    await changeHost(ports, 'acme', 'clu_1', 1, (host) => ({ ...host, instanceId: 'i_1', generation: 1 }))
    const { csrPem } = await createCertificateRequest()
    const identity = { tenantId: 'acme', clusterId: 'clu_1', nodeId: 1, instanceId: 'i_1' }
    const answer = await issueCertificate({ ...ports, certificates }, identity, { generation: 1, csrPem })
    return new X509Certificate(answer.certificatePem).subjectAltName ?? ''
  } finally {
    await rm(home, { recursive: true })
  }
}

it('certifies a broker under its address, its name and the name of all brokers', async () => {
  expect(await certified({ names }, { name })).toBe(
    `IP Address:10.0.0.1, DNS:10.0.0.1, DNS:${name}, DNS:${names.bootstrap}`,
  )
})

it('certifies a controller under its address only: no client calls it', async () => {
  expect(await certified({ names }, { roles: ['controller'] })).toBe('IP Address:10.0.0.1, DNS:10.0.0.1')
})

it('certifies a broker without a name under its address', async () => {
  expect(await certified({}, {})).toBe('IP Address:10.0.0.1, DNS:10.0.0.1')
})
