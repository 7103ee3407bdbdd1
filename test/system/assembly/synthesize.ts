import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { cdkContext, weirApp } from '../../../infra/weir-app.ts'
import { publishKeys } from './issuer.ts'

/** A synthesized deployment, and the key of the issuer that it was told of. */
export interface Assembly {
  readonly directory: string
  readonly stage: string
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  readonly certificateFile: string
  remove(): Promise<void>
}

/** Where everything of the deployment listens. */
export const ADDRESS = '127.68.0.2'
/** Of the tenants' tokens. */
export const ISSUER = 'https://issuer.test/'
/** Where the deployment is. */
export const REGION = 'eu-central-1'

/** What hosts start from; the hosts of this cloud are played and fetch nothing. */
const HOSTS = { artifactsManifestSha256: 'ab'.repeat(32) }

/** Synthesizes a deployment whose tokens come from an issuer on this machine. */
export async function synthesizeAssembly(): Promise<Assembly> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-running-assembly-'))
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
  const keys = await publishKeys(jwks, ADDRESS, folder)
  const directory = join(folder, 'assembly')
  const context = cdkContext()
  const weir = { ...Object(context.weir), region: REGION, issuer: ISSUER, jwksUrl: keys.jwksUrl, hosts: HOSTS }
  weirApp({ context: { ...context, weir }, outdir: directory }).app.synth()
  return {
    directory,
    stage: z.object({ stage: z.string() }).parse(weir).stage,
    privateKey,
    certificateFile: keys.certificateFile,
    async remove() {
      await keys.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
