import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { manifestKey } from '../../shared/host-protocol/artifacts.ts'
import type { MadeArtifacts } from './make-artifacts.ts'

/** Something else is under a key that names another digest. */
export class ForeignObjectError extends Error {
  override readonly name = 'ForeignObjectError'
}

/** What became of a file. */
export type Uploaded = 'uploaded' | 'already there'

/**
 * Uploads what the bucket does not have, the manifest last: whoever can read it finds all that it names. S3 computes each
 * digest itself and refuses what does not have it, and nothing that is there is ever written over.
 */
export async function upload(
  client: S3Client,
  bucket: string,
  { folder, artifacts, manifestSha256 }: MadeArtifacts,
  onUploaded: (key: string, what: Uploaded) => void = () => undefined,
): Promise<void> {
  const manifest = { key: manifestKey(manifestSha256), sha256: manifestSha256 }
  for (const { key, sha256 } of [...artifacts, manifest]) {
    onUploaded(key, await uploadOne(client, bucket, key, join(folder, key), sha256))
  }
}

async function uploadOne(
  client: S3Client,
  bucket: string,
  key: string,
  file: string,
  sha256: string,
): Promise<Uploaded> {
  const digest = Buffer.from(sha256, 'hex').toString('base64')
  if (await isThere(client, bucket, key, digest)) return 'already there'
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: await readFile(file),
        ChecksumAlgorithm: 'SHA256',
        ChecksumSHA256: digest,
        IfNoneMatch: '*',
      }),
    )
  } catch (error) {
    // Somebody else was faster; with what, is looked at.
    if (statusOf(error) !== 412 || !(await isThere(client, bucket, key, digest))) throw error
    return 'already there'
  }
  return 'uploaded'
}

async function isThere(client: S3Client, bucket: string, key: string, digest: string): Promise<boolean> {
  try {
    const { ChecksumSHA256 } = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
    )
    if (ChecksumSHA256 === digest) return true
    throw new ForeignObjectError(
      `s3://${bucket}/${key} is not what its name says: it was not put there by this command`,
    )
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}
