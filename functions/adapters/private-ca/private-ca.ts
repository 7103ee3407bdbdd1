import { createHash, type X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { SUBORDINATE_TEMPLATE } from '../../../shared/deployment/private-ca.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { SigningKey } from '../authority-keys.ts'
import { authorityLimits, type Subject } from '../certificate-issuing.ts'
import { certificatesIn, requestFor } from '../certificate-request.ts'
import { type PrivateCaCall, PrivateCaRefused } from './acm-pca.ts'

/** Which private CA, and how it is reached. */
export interface PrivateCaParts {
  readonly arn: string
  readonly call: PrivateCaCall
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/** Certificates are there within a second or two; the step may take thirty. */
const ISSUE_MILLISECONDS = 20_000
const LOOK_PAUSE_MILLISECONDS = 300

const Described = z.object({
  CertificateAuthority: z.object({
    Status: z.string(),
    UsageMode: z.string().optional(),
    CertificateAuthorityConfiguration: z.object({ SigningAlgorithm: z.string() }),
  }),
})
const OfAuthority = z.object({ Certificate: z.string(), CertificateChain: z.string().optional() })
const Issued = z.object({ CertificateArn: z.string() })
const Got = z.object({ Certificate: z.string() })

/** The private CA is of no use here, or did something else than it was asked to; nothing is retried. */
export class UnfitPrivateCa extends Error {
  override readonly name = 'UnfitPrivateCa'
}

/**
 * Certifies the authority of a cluster by a private CA: its own certificate first, those above it up to the root behind it. The hosts of a
 * cluster trust their own authority alone, so that what one cluster has signed opens no other; clients may trust the root.
 */
export function privateCa({ arn, call, clock }: PrivateCaParts) {
  const [, partition = 'aws'] = arn.split(':')

  async function issued(CertificateArn: string): Promise<string> {
    const until = clock.now() + ISSUE_MILLISECONDS
    for (;;) {
      try {
        const answer = await call('GetCertificate', { CertificateAuthorityArn: arn, CertificateArn })
        return Got.parse(answer).Certificate
      } catch (thrown) {
        const inProgress = thrown instanceof PrivateCaRefused && thrown.name === 'RequestInProgressException'
        if (!inProgress || clock.now() >= until) throw thrown
        await clock.sleep(LOOK_PAUSE_MILLISECONDS)
      }
    }
  }

  return async function certifyByPrivateCa(key: SigningKey, subject: Subject, now: number): Promise<string> {
    const CertificateAuthorityArn = arn
    const { CertificateAuthority: described } = Described.parse(
      await call('DescribeCertificateAuthority', { CertificateAuthorityArn }),
    )
    const above = OfAuthority.parse(await call('GetCertificateAuthorityCertificate', { CertificateAuthorityArn }))
    const parents = certificatesIn(`${above.Certificate}\n${above.CertificateChain ?? ''}`)
    const [parent] = parents
    if (parent === undefined) throw new UnfitPrivateCa(`The private CA ${arn} has no certificate.`)
    refuseUnfit(arn, parent, described)
    const notAfter = Math.min(now + subject.lifetimeMilliseconds, parent.validToDate.getTime())
    const { CertificateArn } = Issued.parse(
      await call('IssueCertificate', {
        CertificateAuthorityArn,
        Csr: Buffer.from(await requestFor(key, subject)).toString('base64'),
        SigningAlgorithm: described.CertificateAuthorityConfiguration.SigningAlgorithm,
        TemplateArn: `arn:${partition}:acm-pca:::${SUBORDINATE_TEMPLATE}`,
        Validity: { Type: 'ABSOLUTE', Value: Math.floor(notAfter / 1000) },
        IdempotencyToken: tokenOf(subject, key),
      }),
    )
    const [own] = certificatesIn(await issued(CertificateArn))
    if (own === undefined || !isAsOrdered(own, parent, subject, key)) {
      throw new UnfitPrivateCa(`The private CA ${arn} issued another certificate than it was asked for.`)
    }
    return [own, ...parents]
      .map((certificate) => certificate.toString().trim())
      .join('\n')
      .concat('\n')
  }
}

type Description = z.output<typeof Described>['CertificateAuthority']

function refuseUnfit(arn: string, parent: X509Certificate, { Status, UsageMode }: Description): void {
  if (Status !== 'ACTIVE') throw new UnfitPrivateCa(`The private CA ${arn} is ${Status}, not ACTIVE.`)
  if (UsageMode === 'SHORT_LIVED_CERTIFICATE') {
    throw new UnfitPrivateCa(
      `The private CA ${arn} is for certificates of a week; an authority lasts as long as its cluster.`,
    )
  }
  if (authorityLimits(parent.raw)?.pathLength === 0) {
    throw new UnfitPrivateCa(`Below the private CA ${arn} no other authority may stand: its path length is 0.`)
  }
}

/** Name, key, signer and the limits of what it may sign: whatever a template or a service makes of the request. */
function isAsOrdered(own: X509Certificate, parent: X509Certificate, subject: Subject, key: SigningKey): boolean {
  const publicKey = own.publicKey.export({ type: 'spki', format: 'der' })
  return (
    own.subject === `O=${subject.organisation}\nCN=${subject.commonName}` &&
    publicKey.equals(key.publicKey) &&
    own.checkIssued(parent) &&
    own.verify(parent.publicKey) &&
    authorityLimits(own.raw)?.pathLength === 0
  )
}

/** The same for every try to certify the same authority: within five minutes the service then makes one certificate. */
function tokenOf({ organisation }: Subject, key: SigningKey): string {
  return createHash('sha256').update(organisation).update(key.publicKey).digest('hex').slice(0, 32)
}
