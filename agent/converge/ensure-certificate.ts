import type { CertificateAnswer } from '../../shared/host-protocol/messages.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { CallRefusedError, StaleGenerationError } from '../control-plane/errors.ts'
import { createCertificateRequest } from '../tls/certificate-request.ts'
import { type NodeCertificate, renewalTime, type TlsFolder } from '../tls/node-certificate.ts'
import { asProblem } from './converge.ts'
import { type Step, TerminalProblemError } from './step.ts'

/** What the certificate step needs. */
export interface CertificateParts {
  readonly folder: TlsFolder
  readonly clock: Clock
  /** Has the control plane certify a key of this host. */
  readonly certify: (csrPem: string) => Promise<CertificateAnswer>
}

/**
 * The host has a certificate of the wanted nonce that is not near its end. One that still holds serves on when it cannot be
 * renewed: an expired certificate is the control plane's trouble long before it is Kafka's.
 */
export function ensureCertificate({ folder, clock, certify }: CertificateParts): Step {
  const isDue = (present: NodeCertificate, nonce: number): boolean =>
    present.nonce < nonce || clock.now() >= renewalTime(present)

  async function renew(nonce: number): Promise<void> {
    const { keyPem, csrPem } = await createCertificateRequest()
    try {
      await folder.write(keyPem, await certify(csrPem), nonce)
    } catch (error) {
      throw error instanceof CallRefusedError ? new TerminalProblemError(error.message, { cause: error }) : error
    }
  }

  return {
    name: 'ensureCertificate',
    problemCode: 'CERTIFICATE_FAILED',
    async ensure({ certificateNonce }) {
      const present = await folder.read()
      if (present !== undefined && !isDue(present, certificateNonce)) {
        return { holds: true, lookAgainInMilliseconds: renewalTime(present) - clock.now() }
      }
      try {
        await renew(certificateNonce)
        return { holds: true }
      } catch (error) {
        const serves = present !== undefined && clock.now() < present.notAfter.getTime()
        if (error instanceof StaleGenerationError || !serves) throw error
        return { holds: true, problem: asProblem('CERTIFICATE_FAILED', error) }
      }
    },
  }
}
