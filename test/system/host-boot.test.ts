import { EventEmitter, once } from 'node:events'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandAs } from '../../agent/kafka-user.ts'
import { runOrFail } from '../../agent/run-command.ts'
import { ensureXfs } from '../../agent/volume/xfs.ts'
import { certificateAuthority } from '../../functions/adapters/certificate-authority.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { ulidIds } from '../../functions/adapters/ulid-ids.ts'
import { hostApiHandler } from '../../functions/host-api/handler.ts'
import { identifyInstance } from '../../functions/lambda/host-identity.ts'
import { type MadeArtifacts, makeArtifacts } from '../../infra/artifacts/make-artifacts.ts'
import { ForeignObjectError, upload } from '../../infra/artifacts/upload.ts'
import { KAFKA_USER } from '../../infra/bootstrap/kafka-user.ts'
import { userData } from '../../infra/bootstrap/user-data.ts'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'
import { canIsolate } from '../../local/hosts/isolation.ts'
import { lambdaContext } from '../../local/lambda-context.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { loadHost } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { aDesiredHost } from '../agent/desired-host.ts'
import { activeCluster } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'
import { idleWorkflows } from '../api/host-fixtures.ts'
import type { AwsEmulator } from '../emulator/aws-emulator.ts'
import { type InstanceMetadataServer, type SessionKeys, startInstanceMetadata } from '../emulator/instance-metadata.ts'
import { startMoto } from '../emulator/moto.ts'
import { pythonEnvironment } from '../emulator/python-environment.ts'
import { type SignatureCheck, startSignatureCheck } from '../emulator/signature-check.ts'
import { openRegion, type Region } from './host-boot/aws.ts'
import { type Machine, switchOn } from './host-boot/machine.ts'

const REGION = 'eu-central-1'
const BUCKET = 'weir-test-artifacts'
const API = `abc123.execute-api.${REGION}.amazonaws.com`
const ROLE = 'weir-test-host'
const INSTANCE = 'i-0123456789abcdef0'
const VOLUME = 'vol-0123456789abcdef0'
/** That of the first node of `activeCluster`, which its certificate is for. */
const ADDRESS = '10.0.0.1'
const TENANT = 'acme'
/** A machine that gets nowhere makes the test fail. */
const PATIENCE_MILLISECONDS = 60_000

const KEYS: SessionKeys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalr/XUtn+FEMI',
  sessionToken: 'IQoJb3JpZ2lu/session+of==',
  expiration: new Date(Date.now() + 6 * 3_600_000),
}

let folder: string
let made: MadeArtifacts
let moto: AwsEmulator
let bucket: S3Client
let check: SignatureCheck
let metadata: InstanceMetadataServer
let region: Region
let machine: Machine
let device: string
let clusterId: string
let host: () => Promise<HostRecord>
let printed = ''
const news = new EventEmitter()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-boot-'))
  made = await makeArtifacts(join(folder, 'artifacts'), ['3.7.1'])
  moto = await startMoto()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  bucket = new S3Client({ region: REGION, endpoint: moto.endpoint, forcePathStyle: true, credentials })
  const LocationConstraint = REGION
  await bucket.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint } }))
  check = await startSignatureCheck()
})
afterAll(async () => {
  await machine?.switchOff()
  if (device !== undefined) await runOrFail('losetup', '--detach', device).catch(() => undefined)
  await region?.stop()
  await metadata?.stop()
  await check?.stop()
  await moto?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

describe('the artefacts of a deployment', () => {
  it('are uploaded once, the manifest last, and are the same when they are made again', async () => {
    const seen: string[] = []
    await upload(bucket, BUCKET, made, (key, what) => seen.push(`${key.split('/')[0]} ${what}`))
    expect(seen).toEqual(['agent', 'node-linux-x64', 'kafka-3.7.1', 'manifest'].map((name) => `${name} uploaded`))
    const again = await makeArtifacts(join(folder, 'again'), ['3.7.1'])
    expect(again.artifacts).toEqual(made.artifacts)
    expect(again.manifestSha256).toBe(made.manifestSha256)
    await upload(bucket, BUCKET, again, (key, what) => seen.push(`${key.split('/')[0]} ${what}`))
    expect(seen.slice(4).filter((line) => line.endsWith('already there'))).toHaveLength(4)
    await rm(join(folder, 'again'), { recursive: true })
  })

  it('are not uploaded over something else that has the name of one', async () => {
    const [agent] = made.artifacts
    const key = `agent/${'0'.repeat(64)}.mjs`
    await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: 'else', ChecksumAlgorithm: 'SHA256' }))
    const other = { ...made, artifacts: agent === undefined ? [] : [{ ...agent, key, sha256: '0'.repeat(64) }] }
    await expect(upload(bucket, BUCKET, other)).rejects.toThrow(ForeignObjectError)
  })
})

async function openMachine(): Promise<void> {
  const h = harness()
  clusterId = (await activeCluster(h)).clusterId
  const store = h.store
  const certificates = certificateAuthority({ keyStore: fileAuthorityKeys(folder), clock: systemClock })
  await certificates.ensureAuthority(TENANT, clusterId)
  host = async () => {
    const found = await loadHost(store, TENANT, clusterId, 1)
    if (!found) throw new Error('the host has no record')
    return found.record
  }
  await changeHost({ ...h.ports, store, clock: systemClock }, TENANT, clusterId, 1, (before) => ({
    ...before,
    instanceId: INSTANCE,
    volumeId: VOLUME,
    desired: aDesiredHost({ clusterId, address: ADDRESS }),
  }))
  const workflows = idleWorkflows()
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const ports = { store, clock: systemClock, ids: ulidIds(systemClock), log, workflows, certificates }
  const answer = hostApiHandler(ports, identifyInstance(ROLE), { waitsWhileIdle: false })
  region = await openRegion({
    folder,
    name: REGION,
    apiId: 'abc123',
    caller: `arn:aws:sts::123456789012:assumed-role/${ROLE}/${INSTANCE}`,
    keys: KEYS,
    s3Endpoint: moto.endpoint,
    check,
    async hostApi(event) {
      const answered = await answer(event, lambdaContext('hostApi'))
      news.emit('call')
      return answered
    },
  })
  metadata = await startInstanceMetadata(
    { instanceId: INSTANCE, tags: new Map(), role: { name: ROLE, keys: KEYS } },
    { socketFile: join(folder, 'metadata.sock') },
  )
  const programs = await pythonEnvironment('aws-cli')
  machine = await switchOn(folder, {
    names: [`${BUCKET}.s3.${REGION}.amazonaws.com`, API],
    addresses: [ADDRESS],
    environment: {
      PATH: `/usr/local/bin:${programs}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: '/nobody',
      AWS_CA_BUNDLE: region.certificateFile,
      NODE_EXTRA_CA_CERTS: region.certificateFile,
    },
  })
  const script = userData({
    artifactBucket: BUCKET,
    region: REGION,
    hostApiUrl: `https://${API}/live/`,
    manifestSha256: made.manifestSha256,
  })
  await writeFile(join(folder, 'user-data'), script)
}

/** Runs the user data, as cloud-init does; gives its exit code. */
async function boot(): Promise<number> {
  const child = machine.run(['bash', join(folder, 'user-data')], { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      news.emit('printed')
    })
  }
  const [code] = await once(child, 'close')
  return code
}

/** Waits until the host record is so. */
async function reported(isSo: (host: HostRecord) => boolean): Promise<HostRecord> {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
  for (;;) {
    const record = await host()
    if (isSo(record)) return record
    await once(news, 'call', { signal }).catch(async () => {
      throw new Error(`the host came to ${JSON.stringify(record.observed)}; ${await journal()}`)
    })
  }
}

const journal = () => machine.output('tail', '--lines=30', '/var/log/weir-agent.log').catch(() => 'there is no journal')
const agentId = async () => Number(await machine.output('cat', '/run/weir-agent.pid'))
const calls = async () => (await machine.output('cat', '/run/calls')).trim().split('\n')

/** Goes before the program of that name. */
const NFT = '/usr/local/bin/nft'

/** Makes a volume as a Kafka that ran as root leaves it when it dies while it formats. */
async function leftByRoot(image: string): Promise<void> {
  await writeFile(image, '')
  await truncate(image, 1024 ** 3)
  await ensureXfs(image)
  const at = join(folder, 'left')
  await mkdir(at)
  await runOrFail('mount', '-t', 'xfs', '-o', 'loop', image, at)
  try {
    for (const name of ['data', 'metadata']) {
      await mkdir(join(at, name))
      await writeFile(join(at, name, '.lock'), '', { mode: 0o600 })
    }
  } finally {
    await runOrFail('umount', at)
  }
}

const asKafka = (...command: readonly string[]) =>
  machine.output(...commandAs({ uid: KAFKA_USER.uid, gid: KAFKA_USER.uid }, command))
const rights = async (path: string) => (await machine.output('stat', '--format', '%u %a', path)).trim()

describe.runIf(canIsolate())('a machine on EC2 with the user data of its launch template', () => {
  let booting: Promise<number>

  beforeAll(openMachine)

  it('runs nothing that is not what the manifest names, and goes on as soon as it is', async () => {
    const agent = made.artifacts.find(({ name }) => name === 'agent')
    region.damaged = agent?.key
    booting = boot()
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    while (!printed.includes('cannot fetch /opt/weir/agent.mjs yet')) await once(news, 'printed', { signal })
    expect(printed).toContain('/opt/weir/agent.mjs.new: FAILED')
    expect(await machine.output('ls', '/opt/weir')).not.toContain('agent.mjs\n')
    expect(await calls()).toEqual([
      'dnf install -y --releasever=2023.9.20251105 awscli-2 gzip java-17-amazon-corretto-headless nftables shadow-utils tar util-linux xfsprogs',
    ])
    region.damaged = undefined
    expect(await booting).toBe(0)
    expect(await calls()).toContain('systemctl enable --now weir-agent')
  })

  it('attaches as the node of its tags, once it can read them', async () => {
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    while (!(await journal()).includes('the instance metadata has no tag weir:tenant yet')) signal.throwIfAborted()
    expect((await host()).generation).toBe(0)
    metadata.facts.tags = new Map([
      ['weir:tenant', TENANT],
      ['weir:cluster', clusterId],
      ['weir:node', '1'],
    ])
    const { generation, observed } = await reported(({ observed }) => observed !== undefined)
    expect(generation).toBe(1)
    expect(observed?.bootId).toBe((await machine.output('cat', '/proc/sys/kernel/random/boot_id')).trim())
  })

  it('waits for its data volume, then fetches Kafka, and runs none while its user could ask for the credentials of the machine', async () => {
    const { observed } = await reported(({ observed }) => observed?.problem !== undefined)
    expect(observed?.problem).toEqual({
      code: 'VOLUME_FAILED',
      detail: 'no data volume is attached to this machine yet',
      terminal: false,
    })
    const image = join(folder, 'volume.img')
    await leftByRoot(image)
    device = (await runOrFail('losetup', '--find', '--show', image)).trim()
    await machine.output('bash', '-c', `echo 'echo no rules >&2; exit 1' >${NFT}; chmod +x ${NFT}`)
    await machine.attach(device, VOLUME)
    const open = await reported(({ observed }) => observed?.problem?.code === 'CONFINEMENT_FAILED')
    expect(open.observed).toMatchObject({ problem: { detail: expect.stringContaining('no rules'), terminal: false } })
    expect(open.observed).toMatchObject({ formatted: false, process: { state: 'Absent' } })
  })

  it('runs Kafka on a volume of which a Kafka that was root had left files', async () => {
    await machine.output('rm', NFT)
    const running = await reported(({ observed }) => observed?.process.state === 'Running')
    expect(running.observed).toMatchObject({
      observedRevision: 1,
      volume: { state: 'Mounted', fileSystem: 'xfs' },
      formatted: true,
      process: { kafkaVersion: '3.7.1', exitCount: 0 },
    })
    expect(running.observed?.problem).toBeUndefined()
  })

  it('runs Kafka as a user of its own without any right, with the limits of the agent', async () => {
    const { observed } = await host()
    const ofKafka = (file: string) => machine.output('cat', `/proc/${observed?.process.processId}/${file}`)
    const { uid } = KAFKA_USER
    const status = (await ofKafka('status')).replaceAll('\t', ' ')
    expect(status).toContain(`Uid: ${uid} ${uid} ${uid} ${uid}\n`)
    expect(status).toContain(`Gid: ${uid} ${uid} ${uid} ${uid}\n`)
    expect(status).toMatch(/^Groups: *$/mu)
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) expect(status).toContain(`Cap${set}: 0000000000000000\n`)
    expect(status).toContain('NoNewPrivs: 1\n')
    for (const file of ['limits', 'oom_score_adj']) {
      expect(await ofKafka(file)).toBe(await machine.output('cat', `/proc/${await agentId()}/${file}`))
    }
  })

  it('lets Kafka write its volume, its logs and its temporary folder alone, and read no secret but its own key', async () => {
    const find = async (...test: readonly string[]) =>
      (await asKafka('find', '/etc/weir', '/opt/weir', '/var/lib/weir', '/var/log/weir', ...test)).trim().split('\n')
    const written = ['/var/lib/weir/data', '/var/lib/weir/tmp', '/var/log/weir']
    const isBelow = (path: string) => written.some((folder) => path === folder || path.startsWith(`${folder}/`))
    expect((await find('-writable', '!', '-type', 'l')).filter((path) => !isBelow(path))).toEqual([])
    for (const folder of written) expect(await rights(folder)).toBe(`${KAFKA_USER.uid} 700`)
    expect(await machine.output('find', '/var/lib/weir/data', '!', '-uid', String(KAFKA_USER.uid))).toBe('')
    const state = '/var/lib/weir/state'
    const unread = await find('-path', `${state}/*`, '!', '-readable')
    expect(unread.toSorted()).toEqual(
      ['desired.json', 'process.json', 'tls/certificate.json'].map((name) => `${state}/${name}`),
    )
    const keys = (await find('-path', `${state}/tls/*`, '-readable', '!', '-perm', '/o=r')).toSorted()
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) expect(`${key}: ${await rights(key)}`).toBe(`${key}: 0 640`)
    const texts = await Promise.all(
      (await find('-path', `${state}/*`, '-type', 'f', '-readable')).map((file) =>
        asKafka('grep', '-l', 'PRIVATE KEY', file).catch(() => ''),
      ),
    )
    expect(texts.join('').trim().split('\n').toSorted()).toEqual(keys)
  })

  it('has the metadata service answer root and nobody else, by either address', async () => {
    for (const address of ['169.254.169.254', '[fd00:ec2::254]']) {
      const ask = [
        'curl',
        '--silent',
        '--max-time',
        '5',
        '--request',
        'PUT',
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
      ]
      const token = [
        ...ask,
        '--header',
        'x-aws-ec2-metadata-token-ttl-seconds: 60',
        `http://${address}/latest/api/token`,
      ]
      expect(await machine.output(...token)).toBe('200')
      const before = metadata.calls.length
      // 7: the connection is refused.
      await expect(asKafka(...token)).rejects.toThrow(/ended with 7$/u)
      expect(metadata.calls.slice(before).filter((call) => call.startsWith('PUT'))).toEqual([])
    }
  })

  it('is left as it is when its user data runs once more', async () => {
    const [agent, { generation }] = [await agentId(), await host()]
    expect(await boot()).toBe(0)
    expect(await agentId()).toBe(agent)
    expect((await host()).generation).toBe(generation)
  })

  it('keeps its Kafka when systemd restarts its agent', async () => {
    const before = (await host()).observed?.process
    await machine.output('systemctl', 'restart', 'weir-agent')
    const { observed } = await reported(({ generation, observed }) => generation === 2 && observed?.generation === 2)
    expect(observed?.process).toMatchObject({ processId: before?.processId, startedAt: before?.startedAt })
  })

  it('signed every call so that AWS would take it, and fetched nothing twice but what was damaged', () => {
    expect(region.refusals).toEqual([])
    const fetched = region.calls.filter((call) => call.includes('.s3.')).map((call) => call.split('/')[1])
    expect(fetched.filter((name) => name !== 'agent')).toEqual(['manifest', 'node-linux-x64', 'kafka-3.7.1'])
    expect(fetched).toContain('agent')
    expect(metadata.calls.filter((call) => / (40[015]|403)$/u.test(call))).toEqual([])
  })
})
