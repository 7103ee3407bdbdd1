import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultCacheDir } from '../../agent/kafka/fetch.ts'
import { certificateAuthority } from '../../functions/adapters/certificate-authority.ts'
import { ec2Fleet } from '../../functions/adapters/ec2/fleet.ts'
import { kmsAuthorityKeys } from '../../functions/adapters/kms-authority-keys.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { ulidIds } from '../../functions/adapters/ulid-ids.ts'
import { bundleAgent } from '../../local/hosts/bundle-agent.ts'
import { openIssuer } from '../../local/issuer.ts'
import { type LocalFleet, openLocalFleet } from '../../local/local-fleet.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { hostFleetContract } from '../contract/host-fleet-contract.ts'
import type { AwsEmulator } from '../emulator/aws-emulator.ts'
import { motoClientSettings, present, startMoto } from '../emulator/moto.ts'

const ZONE = 'eu-central-1a'
/** An image that moto knows from the start. */
const IMAGE = 'ami-12c6146b'

let moto: AwsEmulator
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto?.stop())

const settings = () => motoClientSettings(moto)

/** A network and a template of its own for each test. */
async function openFleet() {
  await fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' })
  const client = new EC2Client(settings())
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  const VpcId = present(Vpc?.VpcId)
  const inNetwork = { VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: ZONE }
  const { Subnet } = await client.send(new CreateSubnetCommand(inNetwork))
  const group = await client.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'hosts', Description: 'hosts' }))
  const { LaunchTemplate } = await client.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'host', LaunchTemplateData: { ImageId: IMAGE } }),
  )
  const template = { id: present(LaunchTemplate?.LaunchTemplateId), version: '1' }
  let waited = 0
  const clock = {
    now: () => Date.now() + waited,
    // moto gets there at once or after a call: nobody has to wait.
    sleep: async (milliseconds: number) => {
      waited += milliseconds
    },
  }
  const fleet = ec2Fleet({
    client,
    stage: 'test',
    settings: {
      vpcId: VpcId,
      zones: { 'az-1': { availabilityZone: ZONE, subnetIds: [present(Subnet?.SubnetId)] } },
      securityGroupIds: [present(group.GroupId)],
      volumeKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/volumes',
      launchTemplates: { broker: template, controller: template, combined: template },
    },
    clock,
  })
  return { fleet, pause: () => undefined }
}

describe('the fleet on EC2, on an independent implementation of its API', () => hostFleetContract(openFleet))

describe('the fleet of one machine, whose hosts find no control plane', () => {
  let agentFolder = ''
  const opened: { readonly home: string; readonly fleet: LocalFleet }[] = []
  beforeAll(async () => {
    agentFolder = await mkdtemp(join(tmpdir(), 'weir-fleet-agent-'))
    await bundleAgent(agentFolder)
    return () => rm(agentFolder, { recursive: true })
  })
  afterEach(async () => {
    for (const { home, fleet } of opened.splice(0)) {
      await fleet.powerOffAll()
      fleet.close()
      await rm(home, { recursive: true, force: true })
    }
  })

  hostFleetContract(async () => {
    const home = await mkdtemp(join(tmpdir(), 'weir-fleet-'))
    const fleet = openLocalFleet({
      home,
      ids: ulidIds(systemClock),
      issuer: await openIssuer(home),
      loopbackRange: '127.67',
      kafkaReleasesDir: defaultCacheDir(),
      agentFile: join(agentFolder, 'agent.mjs'),
      controlPlaneUrl: () => 'http://127.67.0.4:1',
      hostOverrides: { isolated: false },
    })
    opened.push({ home, fleet })
    return { fleet, pause: () => undefined }
  })
})

describe('authorities with a key in KMS, on an independent implementation of its API', () => {
  it('sign certificates of nodes that their own certificate vouches for', async () => {
    const client = new KMSClient(settings())
    const { KeyMetadata } = await client.send(
      new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    )
    const store = openSqliteStore(':memory:', { clock: systemClock })
    const keyStore = kmsAuthorityKeys({ client, keyArn: present(KeyMetadata?.Arn), store })
    const authority = certificateAuthority({ keyStore, clock: systemClock })
    await authority.ensureAuthority('acme', 'clu_1')
    const { certificatePem, caPem } = await authority.controlPlane('acme', 'clu_1')
    expect(new X509Certificate(certificatePem).verify(new X509Certificate(caPem).publicKey)).toBe(true)
    store.close()
  })
})
