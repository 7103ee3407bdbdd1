import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SettingError, settingsFrom } from '../../local/settings.ts'
import { withoutRoot } from '../agent/without-root.ts'

const isRoot = process.geteuid?.() === 0

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-settings-'))
})
afterEach(() => rm(home, { recursive: true }))

const settings = (environment: NodeJS.ProcessEnv) => settingsFrom({ WEIR_HOME: home, ...environment })
const mode = async () => (await stat(home)).mode & 0o777

it('keeps the home to whoever runs Weir, who also runs Kafka', async () => {
  expect(settings({}).hostOverrides).toEqual({})
  expect(await mode()).toBe(0o700)
})

it.runIf(isRoot)('lets another user that is to run Kafka through the home, and no further', async () => {
  expect(settings({ WEIR_KAFKA_USER: 'nobody' }).hostOverrides).toEqual({ kafkaUser: 'nobody' })
  expect(await mode()).toBe(0o711)
})

it.runIf(isRoot).each([
  ['root', 'WEIR_KAFKA_USER must name a user without the rights of root'],
  ['nobody-of-this-name', 'WEIR_KAFKA_USER must name a user of this machine'],
])('refuses %s as the user of Kafka', (WEIR_KAFKA_USER, why) => {
  expect(() => settings({ WEIR_KAFKA_USER })).toThrow(why)
})

it('refuses a user of Kafka where nobody but root could be it', async () => {
  const asked = withoutRoot(() => settings({ WEIR_KAFKA_USER: 'nobody' }))
  await expect(asked).rejects.toThrow(
    new SettingError('WEIR_KAFKA_USER takes root: nobody else can run Kafka as another user'),
  )
})
