import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { controlPlaneCommonName, nodeCommonName } from '../../shared/kafka/principals.ts'
import type { Certificates } from '../../shared/ports/certificates.ts'
import type { Identity, TestAuthority } from './test-authority.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Lets Weir's own authority sign the hosts of a bare cluster, each with the request that a host would make. */
export async function weirAuthority(
  certificates: Certificates,
  tenantId: string,
  clusterId: string,
): Promise<TestAuthority> {
  const { caPem } = await certificates.ensureAuthority(tenantId, clusterId)
  return {
    certificatePem: caPem,
    async issue({ commonName, ipAddresses = [] }): Promise<Identity> {
      if (commonName === controlPlaneCommonName) return certificates.controlPlane(tenantId, clusterId)
      const [address] = ipAddresses
      if (commonName !== nodeCommonName || address === undefined) throw new Error(`nobody signs ${commonName}`)
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const request = await x509.Pkcs10CertificateRequestGenerator.create(
        { keys, signingAlgorithm: algorithm, name: 'CN=host' },
        webcrypto,
      )
      const node = { tenantId, clusterId, nodeId: 1 }
      const { certificatePem } = await certificates.signNode(node, [address], request.toString('pem'))
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
      return { keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), certificatePem }
    },
  }
}
