import { parseArgs } from 'node:util'
import { S3Client } from '@aws-sdk/client-s3'
import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { makeArtifacts } from './make-artifacts.ts'
import { upload } from './upload.ts'

/**
 * `npm run artifacts -- [--kafka 3.7.1]… [--bucket <name> [--region <region>] [--endpoint <url>]] [--folder <folder>]`: makes what
 * hosts fetch, and fills the bucket of a deployment with it.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kafka: { type: 'string', multiple: true, default: [...KAFKA_VERSION_NAMES] },
      bucket: { type: 'string' },
      region: { type: 'string' },
      endpoint: { type: 'string' },
      folder: { type: 'string', default: '.weir/artifacts' },
    },
  })
  const { bucket, region, endpoint, folder } = values
  const versions = KAFKA_VERSION_NAMES.filter((name) => values.kafka.includes(name))
  const unknown = values.kafka.filter((name) => !versions.some((version) => version === name))
  if (unknown.length > 0) throw new Error(`there is no Kafka ${unknown.join(', ')} in the catalogue`)
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const made = await makeArtifacts(folder, versions, ({ key, version, bytes }) =>
    say(`made           ${(bytes / 1024 ** 2).toFixed(1).padStart(6)} MiB  ${version.padEnd(8)} ${key}`),
  )
  if (bucket !== undefined) {
    const client = new S3Client({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    })
    await upload(client, bucket, made, (key, what) => say(`${what.padEnd(26)} s3://${bucket}/${key}`))
  } else {
    say(`All of it is in ${folder}; with --bucket it is uploaded.`)
  }
  for (const version of KAFKA_VERSION_NAMES.filter((name) => !versions.includes(name)))
    say(`Hosts of this manifest cannot run Kafka ${version}.`)
  say(`hosts.artifactsManifestSha256: ${made.manifestSha256}`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
