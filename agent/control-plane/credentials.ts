import { readFile } from 'node:fs/promises'

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
