import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { CertificateAnswer } from '../../shared/host-protocol/messages.ts'
import { nodeCommonName } from '../../shared/kafka/principals.ts'

/** Signs what hosts ask for, as the control plane does: the names come from here, never from the request. */
export interface HostAuthority {
  sign(csrPem: string, subject: { organisation: string; address: string; days?: number }): Promise<CertificateAnswer>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMilliseconds = 86_400_000

/** Makes a fresh authority. `now` is the time its certificates begin at. */
export async function createHostAuthority(now: () => number = Date.now): Promise<HostAuthority> {
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Weir test authority'] }],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now() - dayMilliseconds),
    notAfter: new Date(now() + 1000 * dayMilliseconds),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  return {
    async sign(csrPem, { organisation, address, days = 1 }) {
      const request = new x509.Pkcs10CertificateRequest(csrPem)
      if (!(await request.verify())) throw new Error('the request is not signed by its own key')
      const notAfter = new Date(now() + days * dayMilliseconds)
      const certificate = await x509.X509CertificateGenerator.create({
        subject: [{ O: [organisation] }, { CN: [nodeCommonName] }],
        issuer: ca.subject,
        signingKey: keys.privateKey,
        publicKey: request.publicKey,
        signingAlgorithm: algorithm,
        notBefore: new Date(now()),
        notAfter,
        extensions: [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: address }]),
        ],
      })
      const seconds = Math.floor(notAfter.getTime() / 1000) * 1000
      return {
        certificatePem: certificate.toString('pem'),
        caPem: ca.toString('pem'),
        notAfter: new Date(seconds).toISOString(),
      }
    },
  }
}
