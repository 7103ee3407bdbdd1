import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { cdkContext, weirApp } from '../../../infra/weir-app.ts'
import type { FleetSettings } from '../../../shared/deployment/fleet-settings.ts'
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

const template = (number: number) => ({ id: `lt-0000000000000000${number}`, version: '1' })

/** Where the hosts of this deployment run. */
export const FLEET: FleetSettings = {
  vpcId: 'vpc-00000000000000001',
  zones: {
    'az-1': { availabilityZone: 'eu-central-1a', subnetIds: ['subnet-00000000000000001'] },
    'az-2': { availabilityZone: 'eu-central-1b', subnetIds: ['subnet-00000000000000002'] },
    'az-3': { availabilityZone: 'eu-central-1c', subnetIds: ['subnet-00000000000000003'] },
  },
  securityGroupIds: ['sg-00000000000000001'],
  launchTemplates: { broker: template(1), controller: template(2), combined: template(3) },
}

/** Synthesizes a deployment whose tokens come from an issuer on this machine. */
export async function synthesizeAssembly(): Promise<Assembly> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-running-assembly-'))
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
  const keys = await publishKeys(jwks, ADDRESS, folder)
  const directory = join(folder, 'assembly')
  const context = cdkContext()
  const weir = { ...Object(context.weir), region: REGION, issuer: ISSUER, jwksUrl: keys.jwksUrl, fleet: FLEET }
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
