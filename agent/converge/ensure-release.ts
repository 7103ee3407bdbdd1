import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Step } from './step.ts'

/** The jars of the wanted Kafka release and a Java to run them are on the host. */
export function ensureRelease(kafkaReleasesDir: string, java: string): Step {
  return {
    name: 'ensureRelease',
    problemCode: 'RELEASE_MISSING',
    async ensure({ kafka: { version } }) {
      const folder = join(kafkaReleasesDir, version)
      const files = await readdir(folder).catch(() => [])
      const hasBroker = files.some((name) => name.startsWith('kafka_2.13-') && name.endsWith(`-${version}.jar`))
      if (!hasBroker) throw new Error(`Kafka ${version} is not in ${folder}`)
      if (!(await isExecutable(java))) throw new Error(`there is no executable ${java} to run Kafka with`)
      return { holds: true }
    },
  }
}

async function isExecutable(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = program.includes('/') ? [program] : folders.map((folder) => join(folder, program))
  const found = await Promise.all(
    candidates.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
