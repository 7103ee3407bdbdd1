import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority, AuthorityKeys } from '../functions/adapters/authority-keys.ts'
import { makeSigningKeyPem, signingKey } from '../functions/adapters/signing-key.ts'

const KEY_FILE = 'ca.key'
const CERTIFICATE_FILE = 'ca.pem'

/** Matches what may become the name of a folder: an id, and nothing that could lead elsewhere. */
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/**
 * Keeps each cluster's authority in `<home>/authority/<cluster id>/`, readable by its owner only. A folder appears whole
 * (written aside, flushed, then renamed) and is never overwritten, so two processes agree on the first one's keys.
 */
export function fileAuthorityKeys(home: string): AuthorityKeys {
  const root = join(home, 'authority')

  const get = async (clusterId: string): Promise<Authority | undefined> => {
    const folder = join(root, folderName(clusterId))
    try {
      return {
        key: signingKey(await readFile(join(folder, KEY_FILE), 'utf8')),
        certificatePem: await readFile(join(folder, CERTIFICATE_FILE), 'utf8'),
      }
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw error
    }
  }

  return {
    get: ({ clusterId }) => get(clusterId),

    async ensure({ clusterId }, certify) {
      const found = await get(clusterId)
      if (found !== undefined) return found
      const keyPem = makeSigningKeyPem()
      const key = signingKey(keyPem)
      const certificatePem = await certify(key)
      const aside = join(root, `.${folderName(clusterId)}.${randomUUID()}`)
      await mkdir(root, { recursive: true, mode: 0o700 })
      await mkdir(aside, { mode: 0o700 })
      await writeFlushed(join(aside, KEY_FILE), keyPem)
      await writeFlushed(join(aside, CERTIFICATE_FILE), certificatePem)
      try {
        await rename(aside, join(root, clusterId))
        await flush(root)
        return { certificatePem, key }
      } catch (error) {
        await rm(aside, { recursive: true, force: true })
        const kept = await get(clusterId)
        if (kept !== undefined) return kept
        throw error
      }
    },

    async forget({ clusterId }) {
      const name = folderName(clusterId)
      // Renamed first: a half-removed authority must not be taken for one.
      await rename(join(root, name), join(root, `.${name}.${randomUUID()}`)).catch(ignoreMissing)
      const entries: readonly string[] = await readdir(root).catch((error) => ignoreMissing(error) ?? [])
      for (const entry of entries) {
        if (entry.startsWith(`.${name}.`)) await rm(join(root, entry), { recursive: true, force: true })
      }
    },
  }
}

function folderName(clusterId: string): string {
  if (!FOLDER_NAME.test(clusterId)) throw new Error('not a cluster id')
  return clusterId
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
