import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where an issuer publishes its keys: over TLS, as a deployment demands. */
export interface PublishedKeys {
  readonly jwksUrl: string
  /** What a caller must trust. */
  readonly certificateFile: string
  close(): Promise<void>
}

/** Publishes keys on a free port, with a certificate of its own that is kept in the folder. */
export async function publishKeys(keys: object, address: string, folder: string): Promise<PublishedKeys> {
  const [keyFile, certificateFile] = [join(folder, 'issuer.key'), join(folder, 'issuer.pem')]
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=issuer', '-addext', `subjectAltName=IP:${address}`],
  ])
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificateFile)])
  const server = createServer({ key, cert }, (_, response) => response.end(JSON.stringify(keys))).listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    jwksUrl: `https://${address}:${bound.port}/jwks.json`,
    certificateFile,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
