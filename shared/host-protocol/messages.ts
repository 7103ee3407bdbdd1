import { z } from 'zod'

/**
 * The calls of the agent, all under `/host/v1` and all about the calling host itself: who it is comes from its
 * credentials, never from the message.
 *
 * - `POST attach` AttachRequest → 200 AttachAnswer. Every attach makes a new generation; an older one is refused after it.
 * - `GET  desired?generation=G&after=R&wait=S` → 200 DesiredHost, 304 when revision R is still the newest after S seconds.
 * - `POST report` HostReport → 200 ReportAnswer.
 * - `POST certificates` CertificateRequest → 201 CertificateAnswer.
 *
 * 409 STALE_GENERATION on any call: a newer process has attached; this one must stop Kafka and end.
 */
export const AttachRequest = z.strictObject({ bootId: z.string().min(1).max(64), agentVersion: z.string().max(64) })
export type AttachRequest = z.output<typeof AttachRequest>

export const AttachAnswer = z.strictObject({ generation: z.int() })
export type AttachAnswer = z.output<typeof AttachAnswer>

/** How soon the agent reports again, in seconds: often while an operation waits for it, seldom otherwise. */
export const ReportAnswer = z.strictObject({ nextReportSeconds: z.number() })
export type ReportAnswer = z.output<typeof ReportAnswer>

/** The key is made on the host and never leaves it. */
export const CertificateRequest = z.strictObject({ generation: z.int(), csrPem: z.string().max(8192) })
export type CertificateRequest = z.output<typeof CertificateRequest>

export const CertificateAnswer = z.strictObject({
  certificatePem: z.string(),
  caPem: z.string(),
  notAfter: z.iso.datetime(),
})
export type CertificateAnswer = z.output<typeof CertificateAnswer>
