import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AgentConfig } from '../../../agent/config.ts'
import { checkCandidate } from '../../../agent/converge/check-candidate.ts'
import { ensureRelease } from '../../../agent/converge/ensure-release.ts'
import type { StepResult } from '../../../agent/converge/step.ts'
import { kafkaFiles } from '../../../agent/kafka-files.ts'
import { download } from '../../../agent/release/download.ts'
import { releaseArtifact } from '../../../agent/release/manifest.ts'
import { releaseFetch } from '../../../agent/release/release-fetch.ts'
import { runOrFail } from '../../../agent/run-command.ts'
import { aDesiredHost } from '../desired-host.ts'

const REFUSAL =
  '<Error><Code>SignatureDoesNotMatch</Code><Message>It does not fit.</Message><CanonicalRequest>x-amz-security-token:secret</CanonicalRequest></Error>'
const JAR = 'kafka_2.13-3.7.1.jar'

let folder: string
let releasesDir: string
let archive: Buffer
/** What the bucket answers to the next call. */
let answer: (path: string) => {
  readonly status: number
  readonly body: Buffer | string
  readonly cut?: boolean
  readonly rest?: Promise<void>
}
let asked: string[]
let bucket: Server
let endpoint: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-release-'))
  releasesDir = join(folder, 'releases')
  await pack(JAR)
  await list({ name: 'kafka-3.7.1', sha256: digest() })
  answer = () => ({ status: 200, body: archive })
  asked = []
  bucket = createServer(async (request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    const { status, body, cut = false, rest } = answer(request.url ?? '')
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) + (cut ? 1 : 0) })
    const half = rest === undefined ? 0 : Math.ceil(body.length / 2)
    if (half > 0) response.write(body.slice(0, half))
    await rest
    if (cut) response.write(body, () => response.destroy())
    else response.end(body.slice(half))
  }).listen(0, '127.61.0.3')
  await once(bucket, 'listening')
  const address = bucket.address()
  endpoint = `http://127.61.0.3:${typeof address === 'object' ? address?.port : ''}`
})
afterEach(async () => {
  bucket.closeAllConnections()
  bucket.close()
  await rm(folder, { recursive: true })
})

/** What the bucket has from now on: an archive with this jar. */
async function pack(jar: string): Promise<void> {
  const [jars, made] = [join(folder, 'jars'), join(folder, 'made.tar.gz')]
  await mkdir(jars, { recursive: true })
  await writeFile(join(jars, jar), 'the broker')
  await runOrFail('tar', '--create', '--gzip', '--file', made, '--directory', jars, jar)
  archive = await readFile(made)
}

const digest = () => createHash('sha256').update(archive).digest('hex')

async function list(artifact: { readonly name: string; readonly sha256: string }): Promise<void> {
  const listed = { ...artifact, version: '3.7.1', key: 'kafka-3.7.1/it.tar.gz', bytes: archive.length }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: [listed] }))
}

/** The step, and its result once a fetch that it began has ended. */
function openStep() {
  let ended = Promise.withResolvers<void>()
  const fetchRelease = releaseFetch({
    releasesDir,
    artifactOf: (version) => releaseArtifact(join(folder, 'manifest.json'), version),
    download: (artifact, file, onBytes) =>
      download(artifact, file, {
        bucket: { bucket: 'artefacts', region: 'eu-central-1', endpoint },
        sign: async ({ method, url }) => ({ authorization: `signed ${method} ${url.pathname}` }),
        onBytes,
      }),
    onEnd: () => ended.resolve(),
  })
  const step = ensureRelease(releasesDir, process.execPath, fetchRelease)
  const ensure = () => step.ensure(aDesiredHost())
  return {
    step,
    ensure,
    /** Until no fetch is under way. */
    ended: () => ended.promise,
    async afterFetch(): Promise<StepResult> {
      ended = Promise.withResolvers()
      expect(await ensure()).toMatchObject({ holds: false, problem: { code: 'RELEASE_MISSING', terminal: false } })
      await ended.promise
      return ensure()
    },
  }
}

describe('a release that is not on the host', () => {
  it('is fetched by its key in the manifest with a signed call, and is there afterwards', async () => {
    expect(await openStep().afterFetch()).toEqual({ holds: true })
    expect(await readFile(join(releasesDir, '3.7.1', JAR), 'utf8')).toBe('the broker')
    expect(asked).toEqual(['/artefacts/kafka-3.7.1/it.tar.gz signed GET /artefacts/kafka-3.7.1/it.tar.gz'])
    expect(await readdir(releasesDir)).toEqual(['3.7.1'])
  })

  it('is told of while it is fetched', async () => {
    const rest = Promise.withResolvers<void>()
    answer = () => ({ status: 200, body: archive, rest: rest.promise })
    const step = openStep()
    await vi.waitFor(async () => {
      const { holds, problem } = await step.ensure()
      expect({ holds, detail: problem?.detail }).toEqual({ holds: false, detail: 'Kafka 3.7.1 is being fetched: 50 %' })
    })
    rest.resolve()
    expect(await step.afterFetch()).toEqual({ holds: true })
  })

  it('is refused for good when it is not what the manifest names, and nothing of it is unpacked', async () => {
    answer = () => ({ status: 200, body: Buffer.concat([archive, Buffer.from('more')]) })
    const step = openStep()
    await expect(step.afterFetch()).rejects.toMatchObject({
      name: 'TerminalProblemError',
      message: expect.stringMatching(/it\.tar\.gz is not what the manifest names: it has SHA-256 [0-9a-f]{64}, not/u),
    })
    await expect(step.ensure()).rejects.toThrow('is not what the manifest names')
    expect(asked).toHaveLength(1)
    expect(await readdir(releasesDir)).toEqual([])
  })

  it('is refused for good when the manifest does not name it', async () => {
    await list({ name: 'kafka-4.3.1', sha256: 'a'.repeat(64) })
    await expect(openStep().afterFetch()).rejects.toMatchObject({
      name: 'TerminalProblemError',
      message: expect.stringContaining('does not name Kafka 3.7.1'),
    })
  })

  it.each([
    ['the bucket refuses', () => ({ status: 403, body: REFUSAL }), /403 SignatureDoesNotMatch: It does not fit\.$/u],
    ['the connection breaks', () => ({ status: 200, body: archive.subarray(0, 20), cut: true }), /terminated|aborted/u],
  ])('is fetched again after %s', async (_what, trouble, words) => {
    const whole = answer
    answer = trouble
    const step = openStep()
    await expect(step.afterFetch()).rejects.toThrow(words)
    expect(await readdir(releasesDir)).toEqual([])
    answer = whole
    expect(await step.afterFetch()).toEqual({ holds: true })
  })

  it('is fetched whole after an agent that died while it fetched', async () => {
    await mkdir(join(releasesDir, '.fetching-old'), { recursive: true })
    await mkdir(join(releasesDir, '3.7.1'))
    await writeFile(join(releasesDir, '.fetching-old', 'release.tar.gz'), archive.subarray(0, 20))
    expect(await openStep().afterFetch()).toEqual({ holds: true })
    expect(await readdir(releasesDir)).toEqual(['3.7.1'])
  })
})

describe('a release that is to come, on a host that was prepared with an older one', () => {
  const candidate = aDesiredHost({ revision: 7, kafka: { candidateVersion: '4.3.1' } })

  /** A host that runs 3.7.1, and the check of candidates there; Java prints which jars it is given. */
  async function preparedHost() {
    await mkdir(join(releasesDir, '3.7.1'), { recursive: true })
    await writeFile(join(releasesDir, '3.7.1', JAR), 'the broker')
    const java = join(folder, 'java')
    await writeFile(java, `#!/bin/sh\necho "$@" > ${join(folder, 'asked')}\n`, { mode: 0o755 })
    const config = AgentConfig.parse({
      controlPlaneUrl: 'http://127.0.0.1:1',
      credentials: { kind: 'file', file: join(folder, 'token') },
      stateDir: join(folder, 'state'),
      logDir: folder,
      tempDir: folder,
      volume: { kind: 'directory', path: join(folder, 'data') },
      kafkaReleasesDir: releasesDir,
      java,
      platform: 'ec2',
      kafkaUser: 'kafka',
    })
    const { step, ended } = openStep()
    return { check: checkCandidate(kafkaFiles(config), step), ended }
  }

  it('is put beside the one in use and shown what the host would start it with', async () => {
    const { check, ended } = await preparedHost()
    await pack('kafka_2.13-4.3.1.jar')
    await list({ name: 'kafka-4.3.1', sha256: digest() })
    expect(await check.ensure(candidate)).toMatchObject({
      holds: true,
      problem: { code: 'RELEASE_MISSING', detail: 'Kafka 4.3.1 is being fetched: 0 %', terminal: false },
    })
    expect(check.verdict()).toBeUndefined()
    await ended()
    expect(await check.ensure(candidate)).toEqual({ holds: true })
    expect(check.verdict()).toEqual({ revision: 7 })
    expect((await readdir(releasesDir)).toSorted()).toEqual(['3.7.1', '4.3.1'])
    expect(await readFile(join(folder, 'asked'), 'utf8')).toContain(`${join(releasesDir, '4.3.1')}/*`)
    const shown = await readFile(join(folder, 'state', 'kafka', 'server.properties.candidate'), 'utf8')
    expect(shown).toContain('share.coordinator.state.topic.replication.factor')
  })

  it('is refused in words where it can never be had, and the host works on without it', async () => {
    const { check, ended } = await preparedHost()
    await check.ensure(candidate)
    await ended()
    expect(await check.ensure(candidate)).toEqual({ holds: true })
    expect(check.verdict()).toEqual({ revision: 7, refused: expect.stringContaining('does not name Kafka 4.3.1') })
    expect(await check.ensure(aDesiredHost({ revision: 8 }))).toEqual({ holds: true })
    expect(check.verdict()).toBeUndefined()
  })
})
