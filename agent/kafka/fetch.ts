import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { requireMaven } from './preflight.ts'

/** What a fetch tells while it runs. */
export type FetchProgress =
  | { readonly step: 'cached' }
  | { readonly step: 'downloading' }
  | { readonly step: 'verifying'; readonly jars: number }

/** Where to keep the jars, which Maven to use, and who listens. */
export interface FetchOptions {
  readonly cacheDir?: string
  readonly mvn?: string
  readonly onProgress?: (progress: FetchProgress) => void
  /** Ends Maven and the fetch; what was half made is removed. */
  readonly signal?: AbortSignal
}

/** The fetched jars are not the ones this version of Weir was tested with, or Maven failed; nothing was put in the cache. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
}

/** The folder that holds one folder of jars per Kafka release: `$WEIR_KAFKA_CACHE`, or a place under the home directory. */
export function defaultCacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.WEIR_KAFKA_CACHE ?? join(homedir(), '.cache', 'weir', 'kafka')
}

/**
 * Makes sure the jars of a Kafka release are in the cache and returns their folder. A folder appears only whole and verified
 * (built aside, then renamed), so two processes may fetch at once: the one that comes second uses what the first made.
 */
export async function fetchKafka(version: KafkaVersion, options: FetchOptions = {}): Promise<string> {
  const cacheDir = options.cacheDir ?? defaultCacheDir()
  const folder = join(cacheDir, version)
  if (await isComplete(version, folder)) {
    options.onProgress?.({ step: 'cached' })
    return folder
  }
  const mvn = options.mvn ?? 'mvn'
  await requireMaven(mvn)
  await mkdir(cacheDir, { recursive: true })
  const building = await mkdtemp(join(cacheDir, `.${version}-`))
  try {
    options.onProgress?.({ step: 'downloading' })
    await copyDependencies(mvn, version, building, options.signal)
    options.onProgress?.({ step: 'verifying', jars: (await checksums(version)).size })
    await verify(version, building)
    await publish(version, building, folder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
  return folder
}

const definitionDir = (version: KafkaVersion): string => join(import.meta.dirname, version)

/** The pinned SHA-256 of every jar of a release, by file name. */
export async function checksums(version: KafkaVersion): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(definitionDir(version), 'SHA256SUMS'), 'utf8')
  const pairs = text.split('\n').flatMap((line) => {
    const [sum, name] = line.split(/ +/u)
    return sum && name ? [[name, sum] as const] : []
  })
  return new Map(pairs)
}

/** A cached folder was verified before it was renamed into place, so the names alone tell whether it is the right one. */
async function isComplete(version: KafkaVersion, folder: string): Promise<boolean> {
  const present = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jar'))
  const pinned = await checksums(version)
  return present.length === pinned.size && present.every((name) => pinned.has(name))
}

async function verify(version: KafkaVersion, folder: string): Promise<void> {
  const pinned = await checksums(version)
  const present = await readdir(folder)
  const foreign = present.filter((name) => !pinned.has(name))
  const missing = [...pinned.keys()].filter((name) => !present.includes(name))
  if (foreign.length + missing.length > 0) {
    throw new FetchError(
      `Maven resolved another set of jars for Kafka ${version}: missing [${missing.join(', ')}], unexpected [${foreign.join(', ')}]`,
    )
  }
  for (const [name, sum] of pinned) {
    if ((await sha256(join(folder, name))) !== sum) {
      throw new FetchError(
        `${name} of Kafka ${version} does not have the pinned SHA-256; delete it from ~/.m2 and retry`,
      )
    }
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Puts a verified folder in its place; what another process has put there in the meantime is as good and stays. */
async function publish(version: KafkaVersion, building: string, folder: string): Promise<void> {
  while (!(await movedTo(folder, building))) {
    if (await isComplete(version, folder)) return
    // Left by another version of Weir, or damaged: out of the way with it, to be removed with the folder built aside.
    await rename(folder, join(building, 'replaced')).catch(ignoreAbsent)
  }
  await rm(join(folder, 'replaced'), { recursive: true, force: true })
}

async function movedTo(folder: string, building: string): Promise<boolean> {
  try {
    await rename(building, folder)
    return true
  } catch (error) {
    if (isErrorCode(error, 'ENOTEMPTY') || isErrorCode(error, 'EEXIST')) return false
    throw error
  }
}

function ignoreAbsent(error: unknown): void {
  if (!isErrorCode(error, 'ENOENT')) throw error
}

function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Maven lives for seconds: half of its processor time goes into compiling what never pays off. */
const QUICK_JVM = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1'

function copyDependencies(
  mvn: string,
  version: KafkaVersion,
  outputDirectory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const args = [
    '-q',
    '-B',
    '-f',
    join(definitionDir(version), 'pom.xml'),
    'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
    `-DoutputDirectory=${outputDirectory}`,
  ]
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} ${QUICK_JVM}` }
    const child = spawn(mvn, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4000)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) return resolve()
      const reason = output.split('\n').find((line) => line.includes('ERROR')) ?? output.trim()
      reject(new FetchError(`Maven could not fetch Kafka ${version}: ${reason}`))
    })
  })
}
