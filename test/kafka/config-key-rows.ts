import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { type ConfigKey, configTypes } from '../../shared/kafka/config-keys.ts'
import { isManagedKey } from '../../shared/kafka/managed-keys.ts'

/** For programs that live for seconds: how fast they start counts. */
export const SHORT_LIVED = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const

const Line = z.strictObject({
  key: z.string(),
  type: z.string().toLowerCase(),
  default: z.string().nullable(),
  valid: z.string().nullable(),
  mode: z.enum(['cluster-wide', 'per-broker', 'read-only']),
  internal: z.boolean(),
})

const dynamicClasses = {
  'cluster-wide': 'cluster-dynamic',
  'per-broker': 'per-broker-dynamic',
  'read-only': 'restart',
} as const

/** What the definition inside a release's jars says about the keys that tenants may set, sorted by key. */
export async function configKeyRows(version: KafkaVersion, jarsDir: string): Promise<readonly ConfigKey[]> {
  const program = join(import.meta.dirname, '../../agent/kafka/ConfigKeys.java')
  const { stdout } = await promisify(execFile)('java', [...SHORT_LIVED, '-cp', `${jarsDir}/*`, program], {
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
    .filter((line) => !line.internal && !isManagedKey(line.key))
    .map((line) => row(version, line))
}

function row(version: KafkaVersion, line: z.output<typeof Line>): ConfigKey {
  const type = configTypes.find((name) => name === line.type)
  if (type === undefined) throw new Error(`${line.key} has type ${line.type}, which no tenant may set`)
  // Until 3.9 a KRaft controller did not follow a change of this one at run time, although the table calls it dynamic.
  const fixed = line.key === 'unclean.leader.election.enable' && version === '3.7.1'
  return {
    key: line.key,
    type,
    dynamic: fixed ? 'restart' : dynamicClasses[line.mode],
    default: line.default,
    ...constraint(line.key, line.valid),
  }
}

type Constraint = Pick<ConfigKey, 'min' | 'max' | 'also' | 'values' | 'ignoreCase'>

/** Reads what a validator calls itself; refuses one it does not know, so that no rule is lost. */
function constraint(key: string, valid: string | null): Constraint {
  if (valid === null || valid === '') return {}
  const range = /^\[(-?[\d.]+?),\.\.\.(?:,(-?[\d.]+))?\](?: or (-?\d+))?$/u.exec(valid)
  if (range !== null) {
    const [, min, max, also] = range
    return {
      min: Number(min),
      ...(max === undefined ? {} : { max: Number(max) }),
      ...(also === undefined ? {} : { also: [Number(also)] }),
    }
  }
  const values = /^(\(case insensitive\) )?\[([^\]]+)\]$/u.exec(valid)
  if (values !== null) {
    const [, anyCase, names = ''] = values
    if (anyCase === undefined) return { values: names.split(', ') }
    return { values: names.toLowerCase().split(', '), ignoreCase: true }
  }
  throw new Error(`${key} has the validator "${valid}", which is not understood`)
}
