import { createPrivateKey, X509Certificate } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CertificateAnswer } from '../../shared/host-protocol/messages.ts'
import { tlsFiles } from '../../shared/kafka/listeners.ts'
import { readIfPresent, writeFileAtomically } from '../atomic-file.ts'
import type { KafkaUser } from '../kafka-user.ts'
import { type StateFile, stateFile } from '../state-file.ts'

const Nonce = z.strictObject({ nonce: z.int() })

/** The certificate that is in the TLS folder. */
export interface NodeCertificate {
  readonly nonce: number
  readonly notBefore: Date
  readonly notAfter: Date
}

/** The TLS folder of a host. */
export interface TlsFolder {
  readonly path: string
  read(): Promise<NodeCertificate | undefined>
  /** Replaces key and certificate in the files that Kafka reads. */
  write(keyPem: string, answer: CertificateAnswer, nonce: number): Promise<void>
}

/**
 * The TLS folder at a path. The key store is one file, so key and certificate change together. It belongs to the agent; where
 * Kafka has a user of its own, that one's group may read it, too. One that it may not read counts as absent.
 */
export function tlsFolder(path: string, user?: KafkaUser): TlsFolder {
  const keyStoreMode = user === undefined ? 0o600 : 0o640
  const keyStore = join(path, tlsFiles.nodeKeyStore)
  const nonceFile: StateFile<z.output<typeof Nonce>> = stateFile(join(path, 'certificate.json'), Nonce)
  return {
    path,
    async read() {
      const [pem, nonce] = [await readIfPresent(keyStore), await nonceFile.read()]
      if (pem === undefined || nonce === undefined) return undefined
      if (user !== undefined && (await stat(keyStore)).gid !== user.gid) return undefined
      const certificate = new X509Certificate(pem)
      return { ...nonce, notBefore: certificate.validFromDate, notAfter: certificate.validToDate }
    },
    async write(keyPem, { certificatePem, caPem }, nonce) {
      if (!new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem))) {
        throw new Error('the control plane certified another key than this host sent')
      }
      const chain = `${keyPem.trim()}\n${certificatePem.trim()}\n`
      await writeFileAtomically(join(path, tlsFiles.nodeTrustStore), `${caPem.trim()}\n`)
      await writeFileAtomically(join(path, tlsFiles.clientListenerKeyStore), chain, keyStoreMode, user?.gid)
      await writeFileAtomically(keyStore, chain, keyStoreMode, user?.gid)
      await nonceFile.write({ nonce })
    },
  }
}

/** When a certificate is due for renewal: at two thirds of its life, so that a month of outage does no harm to a yearly one. */
export function renewalTime({ notBefore, notAfter }: NodeCertificate): number {
  return notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3
}
