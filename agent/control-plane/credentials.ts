import { readFile } from 'node:fs/promises'
import type { Signer } from '../instance/signer.ts'

/** A call that is about to be made. */
export interface OutgoingCall {
  readonly method: string
  readonly url: URL
  readonly body: string | undefined
}

/** Proves to the control plane which host is calling: the headers to add to a call. */
export interface Credentials {
  headersFor(call: OutgoingCall): Promise<Readonly<Record<string, string>>>
}

/** The bearer token in a file, read for every call so that a rotated one is used at once. */
export function bearerTokenFile(file: string): Credentials {
  return {
    async headersFor() {
      return { authorization: `Bearer ${(await readFile(file, 'utf8')).trim()}` }
    },
  }
}

/** The role of this machine, whose session bears the machine's id, and beside it which node the machine believes to be. */
export function signedByInstance(sign: Signer, claim: () => Promise<string>): Credentials {
  return {
    headersFor: async (call) => sign({ ...call, headers: { 'x-weir-node': await claim() } }),
  }
}
